package dev.persys.cli.output;

/** Bytes and mebibytes for people, in binary units with one decimal at most. */
public final class Amounts {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final int STEP = 1024;

    private Amounts() {}

    /** Such as {@code 34.2 MiB}. */
    public static String bytes(long bytes) {
        return scaled(bytes, 0);
    }

    /** Such as {@code 512 MiB} or {@code 15.6 GiB}. */
    public static String mebibytes(long mebibytes) {
        return scaled(mebibytes, 2);
    }

    private static String scaled(long amount, int unit) {
        long tenths = amount * 10;
        int index = unit;
        while (tenths >= STEP * 10L && index < UNITS.length - 1) {
            tenths = Math.round(tenths / (double) STEP);
            index++;
        }
        String whole = Long.toString(tenths / 10);
        return (tenths % 10 == 0 ? whole : whole + "." + tenths % 10) + " " + UNITS[index];
    }
}
