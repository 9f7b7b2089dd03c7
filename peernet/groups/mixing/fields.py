"""Finite fields, and rings made of them, small enough to be tables."""

from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True, slots=True)
class Ring:
    """Addition and multiplication of the numbers below an order. The first ``width`` of ``line`` differ pairwise by
    elements that have an inverse."""

    plus: tuple[tuple[int, ...], ...]
    times: tuple[tuple[int, ...], ...]
    line: tuple[int, ...]

    @property
    def order(self) -> int:
        """How many elements there are."""
        return len(self.plus)


def ring(order: int) -> Ring:
    """The product of the fields whose orders are the prime powers of ``order`` (MacNeish, 1922)."""
    fields = [_field(prime, power) for prime, power in _factors(order)]
    elements = list(product(*(range(field.order) for field in fields)))
    place = {element: number for number, element in enumerate(elements)}

    def table(name: str) -> tuple[tuple[int, ...], ...]:
        tables = [getattr(field, name) for field in fields]
        return tuple(
            tuple(place[tuple(each[a][b] for each, a, b in zip(tables, one, other, strict=True))] for other in elements)
            for one in elements
        )

    width = min((field.order for field in fields), default=1)
    return Ring(table("plus"), table("times"), tuple(place[(each,) * len(fields)] for each in range(width)))


def _factors(number: int) -> list[tuple[int, int]]:
    found, prime = [], 2
    while number > 1:
        power = 0
        while number % prime == 0:
            number, power = number // prime, power + 1
        if power:
            found.append((prime, power))
        prime += 1
    return found


def _field(prime: int, power: int) -> Ring:
    """The field of that order: polynomials modulo one that leaves no divisors of zero."""
    order = prime**power
    plus = tuple(
        tuple(_number([a + b for a, b in zip(_digits(one, prime, power), _digits(other, prime, power), strict=True)],
                      prime) for other in range(order))
        for one in range(order)
    )  # fmt: skip
    for tail in range(order):
        modulus = _digits(tail, prime, power)
        if _is_field(times := _times(prime, power, modulus)):
            return Ring(plus, times, tuple(range(order)))
    raise AssertionError(order)


def _is_field(times: tuple[tuple[int, ...], ...]) -> bool:
    return all(value for one, row in enumerate(times) for other, value in enumerate(row) if one and other)


def _times(prime: int, power: int, modulus: list[int]) -> tuple[tuple[int, ...], ...]:
    """Multiplication modulo x^power - modulus."""
    order = prime**power
    polynomials = [_digits(number, prime, power) for number in range(order)]
    return tuple(tuple(_product(one, other, modulus, prime) for other in polynomials) for one in polynomials)


def _product(one: list[int], other: list[int], modulus: list[int], prime: int) -> int:
    power = len(modulus)
    found = [0] * (2 * power - 1)
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            found[i + j] += a * b
    for high in range(2 * power - 2, power - 1, -1):
        for low, factor in enumerate(modulus):
            found[high - power + low] += found[high] * factor
    return _number(found[:power], prime)


def _digits(number: int, prime: int, power: int) -> list[int]:
    return [number // prime**place % prime for place in range(power)]


def _number(digits: list[int], prime: int) -> int:
    return sum(digit % prime * prime**place for place, digit in enumerate(digits))
