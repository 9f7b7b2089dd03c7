"""Targets of links within a text's own files."""

from peernet.text.targets import path_of, relative_targets


def test_relative_targets_are_found_once():
    source = (
        "![a](images/a.png 'T') [b](./b.md#part) [b](./b.md#part) [w](https://example.org) [m](mailto:a@b.org)\n"
        "[h](#here) [p](a_(b).md) [s](<with space.md>) [r][x]\n\n[x]: ../x.md\n[^1]: note\n"
    )
    assert relative_targets(source) == ["images/a.png", "./b.md#part", "a_(b).md", "with space.md", "../x.md"]


def test_the_path_of_a_target():
    assert path_of("./a%20b.md?x=1#part") == "a b.md"
