/* C's complex numbers, which NumPy wants and Wine 8 has as names alone.
 *
 * All other names of ucrtbase.dll are handed on to Wine's, which is then called ucrtwine.dll.
 * Windows passes complex numbers as these structures, and its long double is a double. */
#include <complex.h>

typedef struct { float re, im; } F;
typedef struct { double re, im; } D;

static float complex f(F z) { return z.re + z.im * I; }
static double complex d(D z) { return z.re + z.im * I; }
static F tof(float complex z) { F r = { crealf(z), cimagf(z) }; return r; }
static D tod(double complex z) { D r = { creal(z), cimag(z) }; return r; }

/* One number to one number. */
#define MAP(name) \
    F hm_##name##f(F z) { return tof(name##f(f(z))); } \
    D hm_##name(D z) { return tod(name(d(z))); }
/* One number to a real one. */
#define PART(name) \
    float hm_##name##f(F z) { return name##f(f(z)); } \
    double hm_##name(D z) { return name(d(z)); }

MAP(ccos) MAP(ccosh) MAP(cexp) MAP(csin) MAP(csinh) MAP(ctan) MAP(ctanh)
PART(cabs) PART(carg) PART(cimag) PART(creal)
F hm_cpowf(F a, F b) { return tof(cpowf(f(a), f(b))); }
D hm_cpow(D a, D b) { return tod(cpow(d(a), d(b))); }
