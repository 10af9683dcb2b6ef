"""Whether a shell's text runs what it fetches: `curl … | sh` and its relatives.

A hint to an honest author, early and with a line; what holds a dishonest one is that the build has no network."""

import re

FETCHERS = r"(?:curl|wget|fetch|aria2c|lynx|http|https|httpie|ftp)"
SHELLS = r"(?:ba|da|z|k|a|c|tc|fi)?sh|python[\d.]*|perl|ruby|node|php|lua|tclsh|source|\."
HERE = r"(?:^|[\s;&|(`{\"'/])"
REST = r"(?:[^;\n&]|&(?!&))*?"  # of one command line
QUOTED = re.compile(r"[\\\"']")

PIPED = re.compile(
    rf"{HERE}{FETCHERS}\s{REST}\|(?!\|)\s*(?:{REST}\|\s*)?"
    rf"(?:(?:sudo|env|exec|command|nice|nohup|xargs|\w+=\S*)\s+(?:-\S+\s+)*)*(?:/\S*/)?(?:{SHELLS})(?=[\s;&|)\"'`]|$)",
    re.MULTILINE,
)
SUBSTITUTED = re.compile(
    rf"{HERE}(?:(?:/\S*/)?(?:{SHELLS})|eval|exec)\s[^;\n]*?(?:\$\(|`|<\()\s*(?:\S*/)?{FETCHERS}\s", re.MULTILINE
)
SAVED = re.compile(
    rf"{HERE}{FETCHERS}\s[^;|\n]*?(?:-o|-O|--output|--output-document|>)[\s=]*(\S+)[^\n]*?(?:&&|;)\s*"
    rf"(?:(?:sudo|exec)\s+)?(?:(?:/\S*/)?(?:{SHELLS})\s+(?:-\S+\s+)*|chmod\s+\S+\s+)\1",
    re.MULTILINE,
)


def runs_what_it_fetches(text: str) -> str:
    """What is wrong, or ""."""
    joined = re.sub(r"\\\n", " ", text)
    for plain in (joined, QUOTED.sub("", joined)):
        if PIPED.search(plain):
            return "what a download prints is piped into a shell"
        if SUBSTITUTED.search(plain):
            return "a shell runs what a download prints"
        if SAVED.search(plain):
            return "a file is downloaded and run, whatever it holds today"
    return ""
