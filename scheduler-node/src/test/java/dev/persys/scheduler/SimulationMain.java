package dev.persys.scheduler;

import java.util.Map;
import java.util.TreeMap;

/** Runs seeds for as long as it is told, or one with all that happens in it. */
final class SimulationMain {
    private SimulationMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        long first = Long.parseLong(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        SimBug bug = arguments.length > 2 ? SimBug.valueOf(arguments[2]) : SimBug.NONE;
        for (String name : java.util.List.of("ROOT", "dev.persys", "akka", "dev.persys.scheduler"))
            ((ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger(name))
                    .setLevel(ch.qos.logback.classic.Level.toLevel(System.getProperty("lvl", "OFF")));
        try (SimSystem system = new SimSystem()) {
            long begin = System.nanoTime();
            long steps = 0;
            Map<String, Integer> broken = new TreeMap<>();
            Map<Integer, Integer> rounds = new TreeMap<>();
            for (long seed = first; seed < first + count; seed++) {
                Simulation.Result result = new Simulation(system, seed, bug, count == 1 || System.getProperty("trace") != null).run();
                steps += result.steps();
                if (System.getProperty("sums") != null) { System.out.println(seed + " " + result.steps() + " " + result.lines().hashCode()); }
                rounds.merge(result.rounds(), 1, Integer::sum);
                if (count == 1) result.lines().forEach(System.out::println);
                long number = seed;
                result.violation().ifPresent(violation -> {
                    broken.merge(violation.promise().name(), 1, Integer::sum);
                    if (broken.values().stream().mapToInt(i -> i).sum() <= 12) {
                        System.out.println("seed " + number + ": " + violation.getMessage());
                    }
                });
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(
                    "%d seeds, %d steps, %.1f s, %.0f seeds/min; rounds %s; broken %s%n",
                    count, steps, seconds, count / seconds * 60, rounds, broken);
        }
    }
}
