"""Prompts as prose: one Markdown file each, with $variables; knows nothing of models.

    load_prompt("answer", question="Who won?", evidence="[1] Ito won.", abstain="...")

string.Template, so that braces in news text stay harmless; what is put in is never looked at again.
"""

from importlib.resources import files
from string import Template


class PromptError(ValueError):
    """A prompt that does not exist, or whose variables are not those given."""


def load_prompt(name: str, **variables: str) -> str:
    """The prompt with its variables filled in.

    Raises PromptError, naming the variable that is missing or has no place, or the prompts that
    exist when this one does not.
    """
    text = _text(name)
    template = Template(text)
    if not template.is_valid():
        raise PromptError(f"prompts/{name}.md: a stray $; write $$ for a dollar sign")
    wanted, given = set(template.get_identifiers()), set(variables)
    if missing := sorted(wanted - given):
        raise PromptError(f"prompts/{name}.md: no value given for {_listed(missing)}")
    if extra := sorted(given - wanted):
        raise PromptError(f"prompts/{name}.md: has no place for {_listed(extra)}")
    return template.substitute(variables)


def _text(name: str) -> str:
    folder = files(__name__)
    known = sorted(
        entry.name.removesuffix(".md") for entry in folder.iterdir() if entry.name.endswith(".md")
    )
    if name not in known:
        raise PromptError(f"no prompt {name!r}; there are {', '.join(known)}")
    return folder.joinpath(f"{name}.md").read_text(encoding="utf-8")


def _listed(names: list[str]) -> str:
    return ", ".join(f"${name}" for name in names)
