"""The Collect version of a checklist: its own XForm, begun with the enterprise and what every visit carries.

It is made from the stored form whenever it is asked for, so that old versions have it as well and stay as they are. The
group `fugong_visit` stands first: the enterprise, chosen from the attached list; times, position, telephone; look-backs;
the steps of the pack's procedure, of which those that are not required may be left out.
What that list knows of the last visit becomes defaults of the questions marked `prefill`, and "last time: no" beside
the articles that were not met.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.dom.minidom import Document, Element

from defusedxml.minidom import parseString
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from fugong.visits.xforms import children, first, labels_of, language_of, questions

GROUP = "fugong_visit"
LIST_ID, LIST_FILE = "fugong_enterprises", "enterprises.csv"
# So many look-backs of an enterprise are asked in the app; further ones on the page.
MOST_LOOKED = 3
FIXED_WORD, NOT_FIXED_WORD = "fixed", "not-fixed"
DONE_WORD, LEFT_OUT_WORD = "yes", "no"
# The photo that shows a step was taken is a question of its own, called so and like the step's.
PHOTO_OF = "photo_of_"
KEEP, WAS = "keep_", "was_"
MET = "1"
NO_NEED = "Where you are (may be left out)"


@dataclass(frozen=True)
class Step:
    """A step of the procedure: its question, its words in both languages, for a visit, a call or both.

    What shows that it was taken: with `is_named` the answer is a name (whom one met, who signed); a photo; the
    position. `is_for_some`: the list's column of the question's name says for which enterprises it is.
    """

    question: str
    zh: str
    en: str
    way: str
    is_required: bool = True
    is_named: bool = False
    has_photo: bool = False
    has_position: bool = False
    is_for_some: bool = False


@lru_cache(maxsize=64)
def collect_form(
    xform: str,
    form_id: str,
    version: str,
    kept: tuple[str, ...] = (),
    articles: tuple[str, ...] = (),
    *,
    steps: tuple[Step, ...] = (),
) -> str:
    """The stored form as Collect gets it. `kept` and `articles` are names of questions."""
    document: Document = parseString(xform.encode())
    return _Wrapped(document, form_id, version).wrap(kept, articles, steps)


class _Wrapped:
    """One form on its way: model, primary instance, translations, body."""

    def __init__(self, document: Document, form_id: str, version: str) -> None:
        self.document = document
        self.model = first(document.documentElement, "model")
        instance = first(self.model, "instance")
        self.data = next(children(instance))
        self.data.setAttribute("id", form_id)
        self.data.setAttribute("version", version)
        self.group = f"/{self.data.tagName}/{GROUP}"
        self.body = first(document.documentElement, "h:body")
        found = [one for one in children(self.model) if one.tagName == "itext"]
        self.translations = list(children(found[0])) if found else []

    def wrap(self, kept: Sequence[str], articles: Sequence[str], steps: Sequence[Step] = ()) -> str:
        self.own = questions(self.data)
        self.node = self._insert(self.data, GROUP)
        self.shown = self._insert(self.body, "group", ref=self.group)
        self._say(self.shown, GROUP, "The visit")
        self._list()
        choice = self._enterprise()
        self._facts([step for step in steps if step.has_position])
        for number in range(1, MOST_LOOKED + 1):
            self._look_back(number)
        for step in steps:
            self._step(step)
        for name in kept:
            self._keep(choice, name)
        for name in articles:
            self._was(name)
        self._name_of_instance()
        return str(self.document.toxml())

    # What the group asks

    def _list(self) -> None:
        """The attached list as an instance beside the form's own."""
        instance = self.document.createElement("instance")
        instance.setAttribute("id", LIST_ID)
        instance.setAttribute("src", f"jr://file-csv/{LIST_FILE}")
        primary = first(self.model, "instance")
        self.model.insertBefore(instance, primary.nextSibling)

    def _enterprise(self) -> Element:
        path = self._question("enterprise", "string", required="true()")
        choice = self._control(
            "select1", "enterprise", "Which enterprise?", appearance="minimal autocomplete"
        )
        items = self._append(choice, "itemset", nodeset=f"instance('{LIST_ID}')/root/item")
        self._append(items, "value", ref="name")
        self._append(items, "label", ref="label")
        self.row = f"instance('{LIST_ID}')/root/item[name= {path} ]"
        return choice

    def _facts(self, placed: Sequence[Step]) -> None:
        """Times, way, position (asked for by the steps `placed`, else as one likes) and remarks."""
        for name, moment in (("started", "start"), ("ended", "end")):
            bind = self._bind(name, "dateTime")
            bind.setAttribute("jr:preload", "timestamp")
            bind.setAttribute("jr:preloadParams", moment)
        self._question("by_phone", "string", required="true()", default="no")
        asked = self._control("select1", "by_phone", "How was the visit made?")
        self._item(asked, "by_phone", "no", "on site")
        self._item(asked, "by_phone", "yes", "by phone")
        taken = " or ".join(f"{self.group}/{step.question}  = '{DONE_WORD}'" for step in placed)
        required = {"required": " " + taken} if taken else {}
        self._question("position", "geopoint", relevant=f" {self.group}/by_phone  = 'no'", **required)
        words = "Where you are (a step of the procedure asks for it)" if placed else NO_NEED
        self._control("input", "position", words)
        self._question("note", "string")
        self._control("input", "note", "Advice and remarks", appearance="multiline")

    def _look_back(self, number: int) -> None:
        """An issue to be looked at again, from the list's columns look_1_issue and look_1_title."""
        look, note = f"look_{number}", f"look_{number}_note"
        for part in ("issue", "title"):
            self._question(f"{look}_{part}", "string", calculate=f"{self.row}/{look}_{part}")
        self._question(look, "string", relevant=f" {self.group}/{look}_issue  != ''")
        asked = self._control("select1", look, "Look back: ", output=f"{self.group}/{look}_title")
        self._item(asked, look, FIXED_WORD, "fixed")
        self._item(asked, look, NOT_FIXED_WORD, "not fixed")
        is_wrong = f" {self.group}/{look}  = '{NOT_FIXED_WORD}'"
        self._question(note, "string", relevant=is_wrong, required="true()")
        self._control("input", note, "What is not fixed")

    def _step(self, step: Step) -> None:
        """A step: done or, unless required, left out; or by whose name it is shown; only for the way and whom it is for."""
        rules = []
        if step.way != "both":
            by_phone = "yes" if step.way == "phone" else "no"
            rules.append(f"{self.group}/by_phone  = '{by_phone}'")
        if step.is_for_some:
            rules.append(f"{self.row}/{step.question}  = '{MET}'")
        asked = {"relevant": " " + " and ".join(rules)} if rules else {}
        if step.is_required:
            asked["required"] = "true()"
        self._question(step.question, "string", **asked)
        if step.is_named:
            self._control("input", step.question, step, more="name of the person")
            return
        choice = self._control("select1", step.question, step)
        self._item(choice, step.question, DONE_WORD, "done")
        if not step.is_required:
            self._item(choice, step.question, LEFT_OUT_WORD, "left undone")
        if step.has_photo:
            self._photo(step)

    def _photo(self, step: Step) -> None:
        """The photo of a step that was taken."""
        name = PHOTO_OF + step.question
        taken = f" {self.group}/{step.question}  = '{DONE_WORD}'"
        self._question(name, "binary", relevant=taken, required="true()")
        self._control("upload", name, step, more="photo", mediatype="image/*")

    def _keep(self, choice: Element, name: str) -> None:
        """Whoever chooses the enterprise gets the last answer of this question as its default."""
        for path in self.own.get(name, ()):
            self._append(
                choice,
                "setvalue",
                event="xforms-value-changed",
                ref=path,
                value=f"{self.row}/{KEEP}{name}",
            )

    def _was(self, name: str) -> None:
        """Beside the article's question: the list's words when it was not met last time."""
        paths = self.own.get(name, ())
        if not paths:
            return
        self._question(WAS + name, "string", calculate=f"{self.row}/{WAS}{name}")
        for path in paths:
            for label in labels_of(self.document, path):
                self._append(label, "output", value=f"{self.group}/{WAS}{name}")

    def _name_of_instance(self) -> None:
        """What the app's own list of filled forms shows: the enterprise."""
        meta = next((one for one in children(self.data) if one.localName == "meta"), None)
        if meta is None or any(one.localName == "instanceName" for one in children(meta)):
            return
        prefix = f"{meta.prefix}:" if meta.prefix else ""
        meta.appendChild(self.document.createElement(f"{prefix}instanceName"))
        path = f"/{self.data.tagName}/{meta.tagName}/{prefix}instanceName"
        self._append(self.model, "bind", nodeset=path, type="string", calculate=f"{self.row}/title")

    # Making nodes

    def _question(self, name: str, kind: str, *, default: str = "", **rules: str) -> str:
        self._bind(name, kind, default=default, **rules)
        return f"{self.group}/{name}"

    def _bind(self, name: str, kind: str, *, default: str = "", **rules: str) -> Element:
        node = self._append(self.node, name)
        if default:
            node.appendChild(self.document.createTextNode(default))
        return self._append(self.model, "bind", nodeset=f"{self.group}/{name}", type=kind, **rules)

    def _control(
        self, tag: str, name: str, words: str | Step, *, output: str = "", more: str = "", **attributes: str
    ) -> Element:
        made = self._append(self.shown, tag, ref=f"{self.group}/{name}", **attributes)
        self._say(made, name, words, output, more)
        return made

    def _item(self, asked: Element, question: str, value: str, words: str) -> None:
        item = self._append(asked, "item")
        self._say(item, f"{question}-{value}", words)
        self._append(item, "value").appendChild(self.document.createTextNode(value))

    def _say(self, owner: Element, key: str, words: str | Step, output: str = "", more: str = "") -> None:
        """A label: in every language of the form, or plain where the form has only one."""
        label = self._append(owner, "label")
        if not self.translations:
            self._words(label, words, settings.LANGUAGE_CODE, output, more)
            return
        number = f"{GROUP}-{key}:label"
        label.setAttribute("ref", f"jr:itext('{number}')")
        for one in self.translations:
            text = self._append(one, "text", id=number)
            self._words(
                self._append(text, "value"), words, language_of(one.getAttribute("lang")), output, more
            )

    def _words(self, owner: Element, words: str | Step, language: str, output: str, more: str) -> None:
        with translation.override(language):
            said = _said(words, language) + (f" ({gettext(more)})" if more else "")
            owner.appendChild(self.document.createTextNode(said))
        if output:
            self._append(owner, "output", value=output)

    def _append(self, owner: Element, tag: str, **attributes: str) -> Element:
        made = self.document.createElement(tag)
        for name, value in attributes.items():
            made.setAttribute(name, value)
        owner.appendChild(made)
        return made

    def _insert(self, owner: Element, tag: str, **attributes: str) -> Element:
        """As the first child: the form begins with it."""
        before = owner.firstChild
        made = self._append(owner, tag, **attributes)
        if before is not None:
            owner.insertBefore(made, before)
        return made


def _said(words: str | Step, language: str) -> str:
    if isinstance(words, str):
        return gettext(words)
    return words.en if language.startswith("en") else words.zh


def words() -> tuple[str, ...]:
    """Every text of the group, for the catalogues."""
    return (
        gettext("The visit"),
        gettext("Which enterprise?"),
        gettext("How was the visit made?"),
        gettext("on site"),
        gettext("by phone"),
        gettext("Where you are (may be left out)"),
        gettext("Where you are (a step of the procedure asks for it)"),
        gettext("Advice and remarks"),
        gettext("Look back: "),
        gettext("fixed"),
        gettext("not fixed"),
        gettext("What is not fixed"),
        gettext("done"),
        gettext("left undone"),
        gettext("name of the person"),
        gettext("photo"),
    )
