"""Text: Markdown to safe HTML, front matter, slugs, differences, plain text. Knows no feature and no language.

What people read of it (a refusal, a problem in a text) is a :class:`peernet.text.messages.Message`: English that
carries its msgid, so that the rooms above can say it in the reader's language.
"""
