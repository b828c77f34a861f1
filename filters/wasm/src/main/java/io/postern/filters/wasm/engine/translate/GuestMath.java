package io.postern.filters.wasm.engine.translate;

/**
 * Instructions that the JVM has no equal of (core specification, section 4.3). Public for generated
 * code only.
 */
public final class GuestMath {
    private static final double TWO_31 = 0x1p31;
    private static final double TWO_32 = 0x1p32;
    private static final double TWO_63 = 0x1p63;
    private static final double TWO_64 = 0x1p64;

    private GuestMath() {}

    /** i32.div_s. */
    public static int divide(int a, int b) {
        if (b == -1 && a == Integer.MIN_VALUE) {
            throw new Trap("integer overflow");
        }
        return a / b;
    }

    /** i64.div_s. */
    public static long divide(long a, long b) {
        if (b == -1 && a == Long.MIN_VALUE) {
            throw new Trap("integer overflow");
        }
        return a / b;
    }

    /** f32.trunc and f64.trunc. */
    public static double truncate(double x) {
        return x < 0 ? Math.ceil(x) : Math.floor(x);
    }

    private static double checked(double x, boolean fits) {
        if (!fits) {
            throw new Trap(Double.isNaN(x) ? "invalid conversion to integer" : "integer overflow");
        }
        return x;
    }

    /** i32.trunc_f_s. */
    public static int toInt(double x) {
        return (int) checked(x, x > -TWO_31 - 1 && x < TWO_31);
    }

    /** i32.trunc_f_u. */
    public static int toUnsignedInt(double x) {
        return (int) (long) checked(x, x > -1 && x < TWO_32);
    }

    /** i64.trunc_f_s. */
    public static long toLong(double x) {
        return (long) checked(x, x >= -TWO_63 && x < TWO_63);
    }

    /** i64.trunc_f_u. */
    public static long toUnsignedLong(double x) {
        return unsigned(checked(x, x > -1 && x < TWO_64));
    }

    private static long unsigned(double x) {
        return x < TWO_63 ? (long) x : (long) (x - TWO_63) ^ Long.MIN_VALUE;
    }

    /** i32.trunc_sat_f_u. */
    public static int saturateUnsignedInt(double x) {
        if (!(x > 0)) {
            return 0;
        }
        return x >= TWO_32 ? -1 : (int) (long) x;
    }

    /** i64.trunc_sat_f_u. */
    public static long saturateUnsignedLong(double x) {
        if (!(x > 0)) {
            return 0;
        }
        return x >= TWO_64 ? -1 : unsigned(x);
    }

    /** f64.convert_i64_u. */
    public static double unsignedToDouble(long x) {
        // the lowest bit stays as a sticky one, so that halving does not round twice
        return x >= 0 ? (double) x : (double) ((x >>> 1) | (x & 1)) * 2;
    }

    /** f32.convert_i64_u. */
    public static float unsignedToFloat(long x) {
        return x >= 0 ? (float) x : (float) ((x >>> 1) | (x & 1)) * 2;
    }
}
