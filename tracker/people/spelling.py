"""How alike two words are spelt, and the pieces by which a misspelt word finds those it may stand for.

No extension of the database is needed: a table holds the pieces of every word that names are made of.
"""

LONGEST = 40
"""Longer words than any name has are not kept in pieces."""
SHORT, LONG = 3, 6
"""Below the first length a word is not forgiven anything; from the second on, two slips."""


def pieces(word: str) -> set[str]:
    """What a word is found by: itself, what is left of it where one letter is missing, and its runs of three letters.

    Two words that are one slip apart (a letter more, less or other, or two neighbours exchanged) share a piece of the
    second kind; most that are two slips apart share one of the third. The word itself is the only piece without a mark.
    """
    padded = f" {word} "
    without = {f"-{word[:at]}{word[at + 1 :]}" for at in range(len(word))}
    return {word, f"-{word}", *without, *(f"~{padded[at : at + 3]}" for at in range(len(padded) - 2))}


def is_spelt(word: str) -> bool:
    """Whether a word may have been misspelt: it is made of letters, and long enough for a slip to be told."""
    return SHORT <= len(word) <= LONGEST and word.isalpha()


def slips_forgiven(word: str) -> int:
    """How many slips a word of its length is forgiven."""
    return 0 if not is_spelt(word) else 1 if len(word) < LONG else 2


def slips(typed: str, meant: str) -> int:
    """How many slips lead from one word to the other: a letter too many, missing or other, or two exchanged."""
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(typed, start=1):
        earlier, before = before, row
        row = [i]
        for j, other in enumerate(meant, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
