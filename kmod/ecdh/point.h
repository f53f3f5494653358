/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Points of a curve y^2 = x^3 - 3 x + b of prime order, of whatever field is included
 * before this.
 *
 * Sums are those of Renes, Costello and Batina, "Complete addition formulas for prime
 * order elliptic curves" (2015), in projective coordinates: x = X / Z, y = Y / Z, and
 * (0 : 1 : 0) is the point at infinity.  They are complete: the sum of any two
 * points, equal, opposite or at infinity, is computed in the same way.
 *
 * Doubling is cheaper in Jacobian coordinates, x = X / Z^2 and y = Y / Z^3.  Its
 * formula has no exception but that what is at infinity keeps Z = 0: a curve of odd order has
 * no point with y = 0.  The change of coordinates has one: infinity in projective coordinates
 * becomes (0, 0, 0), which is no point.  Whoever doubles shows that there is none.
 */
#ifndef _ECDH_POINT_H
#define _ECDH_POINT_H

struct affine {
	struct felem x, y;
};

struct point {
	struct felem x, y, z;
};

/*
 * The rest of algorithms 4 and 5, from x1 x2, y1 y2, z1 z2 and the sums x1 y2 + x2 y1,
 * y1 z2 + y2 z1 and x1 z2 + x2 z1, which the paper has in t0 to t4 and Y3.
 */
static void point_sum(struct point *r, const struct felem *xx,
		      const struct felem *yy, const struct felem *zz,
		      const struct felem *xy, const struct felem *yz,
		      const struct felem *xz)
{
	struct felem zz3, minus, plus, s, m, t;

	/* yy -+ 3 (xz - b zz) */
	felem_mul(&t, &curve_b, zz);
	felem_sub(&t, xz, &t);
	felem_add(&s, &t, &t);
	felem_add(&t, &t, &s);
	felem_sub(&minus, yy, &t);
	felem_add(&plus, yy, &t);

	/* s = 3 (b xz - 3 zz - xx), m = 3 (xx - zz) */
	felem_add(&zz3, zz, zz);
	felem_add(&zz3, &zz3, zz);
	felem_mul(&s, &curve_b, xz);
	felem_sub(&s, &s, &zz3);
	felem_sub(&s, &s, xx);
	felem_add(&t, &s, &s);
	felem_add(&s, &s, &t);
	felem_add(&m, xx, xx);
	felem_add(&m, &m, xx);
	felem_sub(&m, &m, &zz3);

	felem_mul(&r->x, xy, &plus);
	felem_mul(&t, yz, &s);
	felem_sub(&r->x, &r->x, &t);
	felem_mul(&r->y, &plus, &minus);
	felem_mul(&t, &m, &s);
	felem_add(&r->y, &r->y, &t);
	felem_mul(&r->z, yz, &minus);
	felem_mul(&t, xy, &m);
	felem_add(&r->z, &r->z, &t);
}

/* a1 b2 + a2 b1, as (a1 + b1) (a2 + b2) - a1 a2 - b1 b2 */
static void cross_sum(struct felem *r, const struct felem *a1,
		      const struct felem *b1, const struct felem *a2,
		      const struct felem *b2, const struct felem *aa,
		      const struct felem *bb)
{
	struct felem first, second;

	felem_add(&first, a1, b1);
	felem_add(&second, a2, b2);
	felem_mul(r, &first, &second);
	felem_add(&first, aa, bb);
	felem_sub(r, r, &first);
}

/* Any two points: algorithm 4 */
static void point_add(struct point *r, const struct point *p,
		      const struct point *q)
{
	struct felem xx, yy, zz, xy, yz, xz;

	felem_mul(&xx, &p->x, &q->x);
	felem_mul(&yy, &p->y, &q->y);
	felem_mul(&zz, &p->z, &q->z);
	cross_sum(&xy, &p->x, &p->y, &q->x, &q->y, &xx, &yy);
	cross_sum(&yz, &p->y, &p->z, &q->y, &q->z, &yy, &zz);
	cross_sum(&xz, &p->x, &p->z, &q->x, &q->z, &xx, &zz);
	point_sum(r, &xx, &yy, &zz, &xy, &yz, &xz);
}

/* Any point, and one that is not at infinity: algorithm 5 */
static void point_add_affine(struct point *r, const struct point *p,
			     const struct affine *q)
{
	struct felem xx, yy, xy, yz, xz;

	felem_mul(&xx, &p->x, &q->x);
	felem_mul(&yy, &p->y, &q->y);
	cross_sum(&xy, &p->x, &p->y, &q->x, &q->y, &xx, &yy);
	felem_mul(&yz, &q->y, &p->z);
	felem_add(&yz, &yz, &p->y);
	felem_mul(&xz, &q->x, &p->z);
	felem_add(&xz, &xz, &p->x);
	point_sum(r, &xx, &yy, &p->z, &xy, &yz, &xz);
}

/* In Jacobian coordinates, in place; with alpha = 3 (X - Z^2) (X + Z^2) */
static void jacobian_double(struct point *p)
{
	struct felem zz, alpha, y2, yy4, beta, t;

	felem_sqr(&zz, &p->z);
	felem_sub(&alpha, &p->x, &zz);
	felem_add(&t, &p->x, &zz);
	felem_mul(&alpha, &alpha, &t);
	felem_add(&t, &alpha, &alpha);
	felem_add(&alpha, &alpha, &t);

	felem_add(&y2, &p->y, &p->y);
	felem_mul(&p->z, &y2, &p->z);
	felem_sqr(&yy4, &y2);
	felem_mul(&beta, &p->x, &yy4);		/* 4 X Y^2 */

	felem_sqr(&p->x, &alpha);
	felem_add(&t, &beta, &beta);
	felem_sub(&p->x, &p->x, &t);

	felem_sub(&t, &beta, &p->x);
	felem_mul(&t, &alpha, &t);
	felem_sqr(&yy4, &yy4);
	felem_halve(&yy4, &yy4);		/* 8 Y^4 */
	felem_sub(&p->y, &t, &yy4);
}

/* 2^n times a point, in place; neither it nor any multiple that is passed is infinity. */
static void point_double(struct point *p, unsigned int n)
{
	struct felem zz;

	/* (X : Y : Z) is (X Z, Y Z^2, Z). */
	felem_sqr(&zz, &p->z);
	felem_mul(&p->x, &p->x, &p->z);
	felem_mul(&p->y, &p->y, &zz);
	while (n--)
		jacobian_double(p);
	/* (X, Y, Z) is (X Z : Y : Z^3). */
	felem_sqr(&zz, &p->z);
	felem_mul(&p->x, &p->x, &p->z);
	felem_mul(&p->z, &p->z, &zz);
}

/* Return: 1, or 0 if it is not on the curve */
static inline u64 affine_is_on_curve(const struct affine *p)
{
	struct felem yy, t;

	felem_sqr(&t, &p->x);
	felem_sub(&t, &t, &field_one);
	felem_sub(&t, &t, &field_one);
	felem_sub(&t, &t, &field_one);
	felem_mul(&t, &t, &p->x);
	felem_add(&t, &t, &curve_b);
	felem_sqr(&yy, &p->y);
	return felem_equal(&yy, &t);
}

#endif /* _ECDH_POINT_H */
