"""Passwords that everybody tries first. Not a list of leaks: their patterns, which a short list and a rule catch."""

_LEET = str.maketrans("013457@$!", "oieastasi")
_WORDS = """
password passwort passphrase motdepasse contrasena senha wachtwoord parola qwerty qwertyuiop azerty azertyuiop
qwertz qwertzuiop asdfghjkl zxcvbnm letmein welcome willkommen bienvenue iloveyou jetaime monkey dragon football
baseball basketball superman batman starwars pokemon princess sunshine shadow master admin administrator root
user guest login secret changeme default trustno computer internet whatever hello bonjour freedom liverpool
chocolate butterfly michael jennifer jessica charlie summer winter spring autumn january february march april june
july august september october november december monday tuesday wednesday thursday friday saturday sunday
peernet roundtable cohort opendata learning network peerlearning
"""
_STEMS = frozenset(_WORDS.split())
_ROWS = ("1234567890", "0987654321", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "abcdefghijklmnopqrstuvwxyz")


def is_common(password: str) -> bool:
    """Whether a casefolded password is one character or row of keys over and over, or a common word with trimmings."""
    return _has_few_characters(password) or _walks(password) or _is_trimmed_word(password)


def _has_few_characters(password: str) -> bool:
    return len(set(password)) <= 4 or _is_repeated(password)


def _is_repeated(password: str) -> bool:
    return password in (password + password)[1:-1] and len(password) <= 24


def _walks(password: str) -> bool:
    """Every step goes to a neighbour: in the alphabet, in the digits, or on a row of the keyboard."""
    pairs = {row[place : place + 2] for row in _ROWS for place in range(len(row) - 1)}
    pairs |= {pair[::-1] for pair in pairs}
    steps = [password[place : place + 2] for place in range(len(password) - 1)]
    return sum(step in pairs for step in steps) >= len(steps) * 0.8


def _is_trimmed_word(password: str) -> bool:
    """A common word, or two, between digits and signs, with digits for letters or not."""
    for text in (password, password.translate(_LEET)):
        letters = "".join(letter for letter in text if letter.isalpha())
        if letters in _STEMS or _is_two_stems(letters):
            return True
    stripped = password.strip("0123456789!?.,-_*#+ ").translate(_LEET)
    return stripped in _STEMS


def _is_two_stems(letters: str) -> bool:
    return any(letters[:cut] in _STEMS and letters[cut:] in _STEMS for cut in range(3, len(letters) - 2))
