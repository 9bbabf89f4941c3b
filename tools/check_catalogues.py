"""Every sentence of the product has its Chinese: fails with file and message id for each one that has not.

Four checks: no entry without a translation or marked fuzzy, placeholders the same on both sides, every message id
that stands in the code or the templates is in a catalogue, and none has different Chinese in two catalogues (Django
merges them, so that one of the two would show everywhere: give one a context, or better English).
Usage: tools/check_catalogues.py [--compile]; with --compile it writes the .mo files instead, without gettext.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "fugong"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
# The languages that must be complete; English message ids are their own text.
LANGUAGE = "zh_Hans"
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
TRANSLATE_TAG = re.compile(r"""\{%\s*(?:translate|trans)\s+(?:"([^"]+)"|'([^']+)')([^%]*)%\}""")
TRANSLATE_ARGUMENT = re.compile(r"""_\((?:"([^"]+)"|'([^']+)')\)""")
BLOCK_TAG = re.compile(
    r"\{%\s*(?:blocktranslate|blocktrans)\b(?P<options>[^%]*)%\}(?P<text>.*?)\{%\s*end(?:blocktranslate|blocktrans)\s*%\}",
    re.DOTALL,
)
Used = tuple[str, str]  # context (or ""), message id


def catalogues() -> list[Path]:
    """The .po files of the product, the one of each module and the one of the shared templates."""
    return sorted(SOURCE.glob(f"**/locale/{LANGUAGE}/LC_MESSAGES/*.po"))


def loaded(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, abort_invalid=True)


def compile_all() -> int:
    """Write the .mo beside each .po that is newer; the number written."""
    written = 0
    for path in sorted(SOURCE.glob("**/locale/*/LC_MESSAGES/*.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        with path.open("rb") as source:
            catalogue = read_po(source, locale=path.parent.parent.name)
        with target.open("wb") as file:
            write_mo(file, catalogue)
        written += 1
    return written


def _sides(message: Message) -> tuple[list[str], list[str]]:
    """The message ids and the translations, each as a list (one, or one per plural form)."""
    return _listed(message.id), _listed(message.string)


def _listed(side: str | Sequence[str] | None) -> list[str]:
    return [side or ""] if isinstance(side, str) or side is None else list(side)


def entry_problems(path: Path, catalogue: Catalog) -> Iterator[str]:
    """Entries that are empty, fuzzy, or lose a placeholder."""
    for message in catalogue:
        if not message.id:
            continue
        ids, texts = _sides(message)
        where = f"{path.relative_to(ROOT)}:{message.lineno}: {ids[0]!r}"
        if message.fuzzy:
            yield f"{where} is marked fuzzy"
        if not all(texts):
            yield f"{where} has no translation"
            continue
        expected = set(PLACEHOLDER.findall(ids[-1]))
        for text in texts:
            if set(PLACEHOLDER.findall(text)) != expected:
                yield f"{where} has other placeholders than its translation {text!r}"


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def python_uses(source: str) -> Iterator[tuple[int, Used]]:
    """Line, context and message id of every translated sentence of a Python file."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name, texts = _called(node), [_text(argument) for argument in node.args]
        if name in GETTEXT | PLURAL and texts[0]:
            yield node.lineno, ("", texts[0])
        elif name in CONTEXT and len(texts) > 1 and texts[0] and texts[1]:
            yield node.lineno, (texts[0], texts[1])


def _block_id(match: re.Match[str]) -> Used:
    """The message id that Django makes of a {% blocktranslate %}: its singular, with %(name)s."""
    text = re.split(r"\{%\s*plural\s*%\}", match["text"])[0]
    if re.search(r"\btrimmed\b", match["options"]):
        text = " ".join(line.strip() for line in text.strip().splitlines())
    context = re.search(r"""context\s+["']([^"']+)["']""", match["options"])
    text = text.replace("%", "%%")
    return (context[1] if context else "", re.sub(r"\{\{\s*(\w+)[^}]*\}\}", r"%(\1)s", text))


def template_uses(source: str) -> Iterator[tuple[int, Used]]:
    """Line, context and message id of every translated sentence of a template."""

    def line(position: int) -> int:
        return source.count("\n", 0, position) + 1

    for match in TRANSLATE_TAG.finditer(source):
        context = re.search(r"""context\s+["']([^"']+)["']""", match[3])
        yield line(match.start()), (context[1] if context else "", (match[1] or match[2]).replace("%", "%%"))
    for match in TRANSLATE_ARGUMENT.finditer(source):
        yield line(match.start()), ("", match[1] or match[2])
    for match in BLOCK_TAG.finditer(source):
        yield line(match.start()), _block_id(match)


def uses() -> Iterator[tuple[str, Used]]:
    """Where (file:line) and what of every translated sentence of the product."""
    for path in sorted(SOURCE.rglob("*")):
        inside = path.relative_to(SOURCE).parts
        if "vendor" in inside or "migrations" in inside or path.suffix not in {".py", ".html", ".txt"}:
            continue
        find = python_uses if path.suffix == ".py" else template_uses
        for line, used in find(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(ROOT)}:{line}", used


def known(catalogue: Catalog) -> Iterator[Used]:
    for message in catalogue:
        ids, _texts = _sides(message)
        yield (message.context or "", ids[0])


def django_knows() -> set[Used]:
    """What Django itself translates, such as "Save": reused, not repeated."""
    import django

    place = Path(django.__file__).parent
    paths = [*place.glob(f"conf/locale/{LANGUAGE}/LC_MESSAGES/django.po")]
    return {used for path in paths for used in known(loaded(path))}


def clashes(texts: dict[Used, dict[str, str]]) -> Iterator[str]:
    """Message ids that two catalogues translate differently; `texts`: by context and id, module by Chinese."""
    for (context, text), by_module in sorted(texts.items()):
        if len(set(by_module.values())) > 1:
            told = ", ".join(f"{chinese} in {module}" for module, chinese in sorted(by_module.items()))
            named = f"{text!r} ({context})" if context else repr(text)
            yield f"{named} is {told}: one of them would show everywhere"


def problems() -> list[str]:
    """One sentence per problem; empty when the catalogues are complete."""
    found: list[str] = []
    have = django_knows()
    texts: dict[Used, dict[str, str]] = {}
    for path in catalogues():
        catalogue = loaded(path)
        found.extend(entry_problems(path, catalogue))
        for message in catalogue:
            ids, chinese = _sides(message)
            if message.id:
                module = path.relative_to(SOURCE).parts[0]
                texts.setdefault((message.context or "", ids[0]), {})[module] = "/".join(chinese)
        have.update(known(catalogue))
    said = {(context, text.replace("%%", "%")) for context, text in have}
    for where, (context, text) in uses():
        if (context, text.replace("%%", "%")) not in said:
            found.append(f"{where}: {text!r} is in no catalogue")
    return found + list(clashes(texts))


def main() -> int:
    if "--compile" in sys.argv:
        compile_all()
        return 0
    found = problems()
    for problem in found:
        print(problem)
    if found:
        print(f"{len(found)} sentences lack their Chinese, or have two. `make messages` adds missing ids.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
