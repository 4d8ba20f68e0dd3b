package dev.persys.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers that a request carries, read without ever unfolding an exponent such as {@code 1e999999999}. */
final class Amounts {
    private static final BigDecimal KIB = BigDecimal.valueOf(1024);
    private static final BigDecimal MIB = KIB.multiply(KIB);
    private static final BigDecimal GIB = MIB.multiply(KIB);
    private static final BigDecimal TIB = GIB.multiply(KIB);

    /** More digits before the decimal point than any amount has, and as many zeros behind it. */
    private static final int MAX_MAGNITUDE = 30;

    private static final Pattern MEMORY =
            Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,15})?) ?(Ki|Mi|Gi|Ti|[Kk]|M|G|T)B?");

    private Amounts() {}

    /** The number in {@code node}; empty where it holds none or no finite one. */
    static Optional<BigDecimal> decimal(JsonNode node) {
        if (!node.isNumber() || ((node.isDouble() || node.isFloat()) && !Double.isFinite(node.doubleValue()))) {
            return Optional.empty();
        }
        return Optional.of(node.decimalValue());
    }

    /** {@code value} times {@code factor}, rounded up; empty where it is negative or above {@code max}. */
    static OptionalLong scaled(BigDecimal value, BigDecimal factor, long max) {
        if (value.signum() < 0) {
            return OptionalLong.empty();
        }
        if (value.signum() == 0) {
            return OptionalLong.of(0);
        }
        long magnitude = (long) value.precision() - value.scale();
        if (magnitude > MAX_MAGNITUDE) {
            return OptionalLong.empty();
        }
        if (magnitude < -MAX_MAGNITUDE) {
            return OptionalLong.of(1);
        }
        BigDecimal whole = value.multiply(factor).setScale(0, RoundingMode.CEILING);
        return whole.compareTo(BigDecimal.valueOf(max)) > 0 ? OptionalLong.empty() : OptionalLong.of(whole.longValue());
    }

    /** MiB from text with a unit, rounded up; empty where it has another form or is above {@code max}. */
    static OptionalLong mebibytes(String text, long max) {
        Matcher matcher = MEMORY.matcher(text);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        OptionalLong bytes = scaled(
                new BigDecimal(matcher.group(1)),
                unit(matcher.group(2)),
                MIB.longValueExact() * Math.min(max, Long.MAX_VALUE / MIB.longValueExact()));
        return bytes.isEmpty() ? bytes : OptionalLong.of(-Math.floorDiv(-bytes.getAsLong(), MIB.longValueExact()));
    }

    private static BigDecimal unit(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "KI" -> KIB;
            case "MI" -> MIB;
            case "GI" -> GIB;
            case "TI" -> TIB;
            case "K" -> BigDecimal.TEN.pow(3);
            case "M" -> BigDecimal.TEN.pow(6);
            case "G" -> BigDecimal.TEN.pow(9);
            default -> BigDecimal.TEN.pow(12);
        };
    }
}
