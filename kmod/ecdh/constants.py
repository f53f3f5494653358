#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Write constants_p256.h and constants_p384.h: the curves of SP 800-186, section 3.2.1,
and multiples of their base points.

usage: constants.py P-256|P-384 >constants_p256.h
"""
import sys

WINDOW_BITS = 5
WINDOWS_BETWEEN_ROWS = 2
ENTRIES = 1 << (WINDOW_BITS - 1)


class Curve:
    """y^2 = x^3 - 3 x + b modulo p, of prime order n, with the base point g."""

    def __init__(self, p, n, b, g):
        self.p = p
        self.n = n
        self.b = b
        self.g = g
        self.limbs = p.bit_length() // 64
        self.radix = 1 << p.bit_length()
        x, y = g
        assert (y * y - x**3 + 3 * x - b) % p == 0
        assert self.add(self.multiply(n - 1, g), g) is None

    def add(self, first, second):
        """The sum of two points; None is the one at infinity."""
        if first is None or second is None:
            return first or second
        (x1, y1), (x2, y2) = first, second
        if x1 == x2 and (y1 + y2) % self.p == 0:
            return None
        if first == second:
            slope = 3 * (x1 * x1 - 1) * pow(2 * y1, -1, self.p)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.p)
        x3 = (slope * slope - x1 - x2) % self.p
        return x3, (slope * (x1 - x3) - y1) % self.p

    def multiply(self, k, point):
        """k times a point."""
        total = None
        for bit in bin(k)[2:]:
            total = self.add(total, total)
            if bit == '1':
                total = self.add(total, point)
        return total

    def rows(self):
        """Of each row of the table the odd multiples of its first point."""
        windows = self.p.bit_length() // WINDOW_BITS + 1
        first = self.g
        for _ in range((windows + 1) // WINDOWS_BETWEEN_ROWS):
            twice = self.add(first, first)
            row = [first]
            while len(row) < ENTRIES:
                row.append(self.add(row[-1], twice))
            yield row
            first = self.multiply(1 << (WINDOW_BITS * WINDOWS_BETWEEN_ROWS), first)

    def lines(self, number):
        """The limbs of a number as C has them, lowest first."""
        limbs = [f'0x{number >> (64 * i) & (1 << 64) - 1:016x}'
                 for i in range(self.limbs)]
        half = 4 if self.limbs == 4 else 3
        return [', '.join(limbs[i:i + half]) + ',' for i in range(0, self.limbs, half)]

    def montgomery(self, number):
        """The number as an element of the field is kept."""
        return number * self.radix % self.p


CURVES = {
    'P-256': Curve(
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551,
        0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b,
        (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
         0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)),
    'P-384': Curve(
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf
        << 128 | 0x581a0db248b0a77aecec196accc52973,
        0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a
        << 128 | 0xc656398d8a2ed19d2a85c8edd3ec2aef,
        (0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a38
         << 128 | 0x5502f25dbf55296c3a545e3872760ab7,
         0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c0
         << 128 | 0x0a60b1ce1d7e819d7a431d7c90ea0e5f)),
}


def write_constant(declaration, lines, braces='{}'):
    """A constant of one array of limbs."""
    print(f'\nstatic const {declaration} = {braces[:len(braces) // 2].strip()}')
    for line in lines:
        print(f'\t{line}')
    print(f'{braces[len(braces) // 2:].strip()};')


def write_table(curve):
    """The multiples of the base point."""
    print(f'''
/* (2 j + 1) 2^({WINDOW_BITS * WINDOWS_BETWEEN_ROWS} i) times the base point, x and y, at [i][j] */
static const u64 base_multiples[][{ENTRIES}][2][FIELD_LIMBS] = {{''')
    for row in curve.rows():
        print('\t{')
        for x, y in row:
            print('\t\t{ {')
            for line in curve.lines(curve.montgomery(x)):
                print(f'\t\t\t{line}')
            print('\t\t}, {')
            for line in curve.lines(curve.montgomery(y)):
                print(f'\t\t\t{line}')
            print('\t\t} },')
        print('\t},')
    print('};')


def main():
    """Write the header of one curve."""
    name = sys.argv[1]
    curve = CURVES[name]
    guard = f'_ECDH_CONSTANTS_{name.replace("-", "")}_H'
    print(f'''/* SPDX-License-Identifier: GPL-2.0 */
/* The constants of {name}. Written by constants.py; do not edit. */
#ifndef {guard}
#define {guard}

#include "element.h"

/* Elements of the field are multiplied by R = 2^(64 FIELD_LIMBS), p and n are not. */''')
    for what, number in (
            ('field_modulus', curve.p),
            ('field_one', curve.montgomery(1)),
            ('field_montgomery_factor', curve.montgomery(curve.radix)),
            ('curve_b', curve.montgomery(curve.b))):
        write_constant(f'struct felem {what}', curve.lines(number), '{ {} }')
    write_constant('u64 curve_order[FIELD_LIMBS]', curve.lines(curve.n))
    write_table(curve)
    print(f'\n#endif /* {guard} */')


if __name__ == '__main__':
    main()
