package dev.persys.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.model.Limits;
import dev.persys.model.Resources;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The fields {@code resources} and {@code limits}: what is reserved, and what a workload is held to. Memory that is
 * reserved in so many words is the limit too, unless {@code limits.memory} says otherwise. What is not said is reserved
 * at the default (or at its limit, where that is less) and has no limit. Zero in {@code resources} is as if absent:
 * that is what older clients send.
 */
record ResourceFields(Resources resources, Limits limits) {
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final List<String> NAMES = List.of("cpu", "memory");
    private static final Map<String, String> ALIASES = Map.of("cpus", "cpu", "mem", "memory");

    private static final Resources LEAST = Resources.MIN_REQUEST;
    private static final Resources MOST = Resources.MAX_REQUEST;
    private static final Resources DEFAULT = Resources.DEFAULT_REQUEST;

    private static final String CPU_WORDS = "a number of cores such as 0.5, from " + LEAST.cpu() + " to " + MOST.cpu();
    private static final String MEMORY_WORDS =
            "MiB as a number, or text with a unit such as \"256Mi\" or \"1.5Gi\", from " + LEAST.memoryMib()
                    + " MiB to " + MOST.memoryMib() / (1024 * 1024) + " TiB";

    static ResourceFields read(Fields fields) {
        Optional<Fields> reserved = object(fields, "resources");
        Optional<Long> cpu = reserved.flatMap(inner -> cpu(inner, true)).filter(millis -> millis > 0);
        Optional<Long> memory = reserved.flatMap(inner -> memory(inner, true)).filter(mebibytes -> mebibytes > 0);
        Optional<Fields> held = object(fields, "limits");
        Optional<Long> cpuLimit = held.flatMap(inner -> cpu(inner, false));
        boolean unlimited = held.flatMap(inner -> inner.get("memory"))
                .filter(limit -> Limits.NO_LIMIT.equals(limit.textValue()))
                .isPresent();
        Optional<Long> memoryLimit = unlimited
                ? Optional.empty()
                : held.flatMap(inner -> memory(inner, false)).or(() -> memory);
        Resources resources = new Resources(
                cpu.orElse(Math.min(DEFAULT.cpuMillis(), cpuLimit.orElse(Long.MAX_VALUE))),
                memory.orElse(Math.min(DEFAULT.memoryMib(), memoryLimit.orElse(Long.MAX_VALUE))));
        Limits limits = new Limits(cpuLimit, memoryLimit);
        if (limits.allow(resources)) {
            return new ResourceFields(resources, limits);
        }
        held.ifPresent(inner -> refuse(inner, resources, limits));
        return new ResourceFields(resources, Limits.NONE);
    }

    private static Optional<Fields> object(Fields fields, String name) {
        return fields.get(name).flatMap(node -> Fields.of(node, fields.at(name), NAMES, ALIASES, fields.errors()));
    }

    private static void refuse(Fields held, Resources resources, Limits limits) {
        if (!new Limits(limits.cpuMillis(), Optional.empty()).allow(resources)) {
            held.errors()
                    .add(
                            held.at("cpu"),
                            held.get("cpu").map(FieldErrors::shown).orElse("") + ", less than what is reserved",
                            "at least the " + resources.cpu()
                                    + " cores of resources.cpu; or leave it out for no limit");
        }
        if (!new Limits(Optional.empty(), limits.memoryMib()).allow(resources)) {
            held.errors()
                    .add(
                            held.at("memory"),
                            held.get("memory").map(FieldErrors::shown).orElse("") + ", less than what is reserved",
                            "at least the " + resources.memoryMib() + " MiB of resources.memory; or \""
                                    + Limits.NO_LIMIT + "\"");
        }
    }

    /** @param zero whether zero, which stands for nothing said, is taken */
    private static Optional<Long> cpu(Fields inner, boolean zero) {
        return inner.value(
                "cpu", CPU_WORDS, node -> within(cpuMillis(node, MOST.cpuMillis()), LEAST.cpuMillis(), zero));
    }

    private static Optional<Long> memory(Fields inner, boolean zero) {
        return inner.value(
                "memory",
                zero ? MEMORY_WORDS : MEMORY_WORDS + "; or \"" + Limits.NO_LIMIT + "\"",
                node -> within(memoryMib(node, MOST.memoryMib()), LEAST.memoryMib(), zero));
    }

    private static Optional<Long> within(OptionalLong amount, long least, boolean zero) {
        return amount.isPresent() && (amount.getAsLong() >= least || (zero && amount.getAsLong() == 0))
                ? Optional.of(amount.getAsLong())
                : Optional.empty();
    }

    /** Thousandths of a core, from a number of cores. */
    static OptionalLong cpuMillis(JsonNode node, long max) {
        return Amounts.decimal(node)
                .map(cores -> Amounts.scaled(cores, THOUSAND, max))
                .orElse(OptionalLong.empty());
    }

    /** MiB, from a number of MiB or text with a unit. */
    static OptionalLong memoryMib(JsonNode node, long max) {
        if (node.isTextual()) {
            return Amounts.mebibytes(node.textValue(), max);
        }
        return Amounts.decimal(node)
                .map(mebibytes -> Amounts.scaled(mebibytes, BigDecimal.ONE, max))
                .orElse(OptionalLong.empty());
    }
}
