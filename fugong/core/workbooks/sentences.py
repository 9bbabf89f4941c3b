"""The sentences of refused files: the child sends a code, a person reads this."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "empty": _("The file is empty."),
    "too large": _("The file is larger than %(limit)s MB. Split it, or take out pictures."),
    "web page": _(
        "The file is a web page that is only named like a workbook. "
        "Open it in WPS or Excel, save it as .xlsx and send it again."
    ),
    "not a workbook": _("The file is not a workbook. Take .xlsx, .xls or .csv."),
    "old or other format": _(
        "This workbook format is not read here. Open it in WPS or Excel and save it as .xlsx."
    ),
    "password": _("The workbook is protected by a password. Save it without one and send it again."),
    "broken": _(
        "The workbook is damaged and cannot be read completely. "
        "Open it in WPS or Excel, save it again and send that file."
    ),
    "damaged text": _(
        "The text of the file is damaged: it is neither complete UTF-8 nor GB18030. Save it again as .xlsx."
    ),
    "too many parts": _(
        "The workbook holds more parts than a ledger has. Copy the table into a new workbook."
    ),
    "too many sheets": _("The workbook has more than %(limit)s sheets. Send fewer at once."),
    "unpacks too large": _(
        "The workbook unpacks to far more than a ledger needs, and was not opened. "
        "Copy the table into a new workbook."
    ),
    "document type": _(
        "The workbook contains a document type declaration, which no spreadsheet program writes. "
        "It was not opened."
    ),
    "millions of rows": _(
        "A sheet of the workbook has more rows than the format allows. Copy the table into a new workbook."
    ),
    "far cell": _(
        "A cell in row %(row)s, column %(column)s lies outside what is read "
        "(%(rows)s rows, %(columns)s columns). Delete what stands far from the table, or split the file."
    ),
    "too many cells": _("A sheet has more than %(limit)s cells. Split the file."),
    "long text": _("A cell holds more than %(limit)s characters. Shorten it."),
    "quotes": _(
        "From row %(row)s on, a quotation mark in the CSV file is not closed or stands inside a cell, "
        "so that rows could be lost. Save the table as .xlsx and send that."
    ),
    "at the limit": _(
        "The sheet ends exactly at row %(rows)s, the last one of its file format: rows were lost when it was "
        "saved. Ask for the complete table as .xlsx, or in several files."
    ),
    "memory": _("The workbook needs more memory than one file may take. Split it."),
    "time": _("Reading the workbook took too long and was stopped. Copy the table into a new workbook."),
    "stopped": _(
        "The workbook made the reader stop; nothing was imported. "
        "Open it in WPS or Excel, save it again and send that file."
    ),
}


def sentence(code: str, details: Mapping[str, object]) -> str:
    """The sentence for a refusal code, its gaps filled."""
    return str(SENTENCES.get(code, SENTENCES["stopped"])) % details
