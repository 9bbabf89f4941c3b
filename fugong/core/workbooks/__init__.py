"""Workbooks: messy spreadsheets read safely, their tables found, their columns mapped, their cells cleaned.

The way of a file: `reading.read` > `headers.find_table` > `mapping.propose` > `checking.check_rows`, and
`writing.faulty_rows_workbook` for what has to go back to the sender. No models and no database here.
This file stays empty of imports: the reading child process passes through it and must start fast.
"""
