package dev.persys.placement;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Picks a node: hard filters, then a score. The same view and request give the same decision on every machine. */
public final class Placement {
    private static final List<Filter> FILTERS = List.of(Filter.values());

    private static final List<Filter> IN_PLACE =
            List.of(Filter.TYPE, Filter.LABELS, Filter.CPU, Filter.MEMORY, Filter.HOST_PORT);

    private Placement() {}

    /**
     * Where {@code request} goes among {@code offers}.
     *
     * @param offers in the order of the nodes' ids; must not change any more
     */
    public static Decision decide(List<NodeOffer> offers, PlacementRequest request, ScorePolicy policy) {
        int[] vetoed = new int[FILTERS.size()];
        Podium podium = new Podium();
        Verdict.Fits preferred = null;
        for (NodeOffer offer : offers) {
            if (isFitting(offer, request, vetoed)) {
                long score = score(offer, request, policy);
                podium.offer(offer, score);
                if (request.preferred().isPresent() && request.preferred().get().equals(offer.id())) {
                    preferred = new Verdict.Fits(offer.id(), score);
                }
            }
        }
        Survey survey = new Survey(request, policy, offers, podium.best, counts(vetoed));
        if (podium.best.isEmpty()) {
            return new Decision.Unplaceable(survey);
        }
        return new Decision.Placed(preferred == null ? podium.best.get(0) : preferred, survey);
    }

    /**
     * What is in the way of a container by {@code request} in the place of the workload's last one, on the node where that
     * is: how the node does is not asked, because nothing new comes to it.
     *
     * @param offer as if nothing were reserved for the workload
     */
    public static List<Veto> inPlace(NodeOffer offer, PlacementRequest request) {
        return IN_PLACE.stream()
                .filter(filter -> !filter.isPassed(offer, request))
                .flatMap(filter -> filter.vetoes(offer, request).stream())
                .toList();
    }

    /** What one node says, in words. */
    public static Verdict verdict(NodeOffer offer, PlacementRequest request, ScorePolicy policy) {
        List<Veto> vetoes = FILTERS.stream()
                .filter(filter -> !filter.isPassed(offer, request))
                .flatMap(filter -> filter.vetoes(offer, request).stream())
                .toList();
        return vetoes.isEmpty()
                ? new Verdict.Fits(offer.id(), score(offer, request, policy))
                : new Verdict.Vetoed(offer.id(), vetoes);
    }

    static boolean isFitting(NodeOffer offer, PlacementRequest request) {
        for (Filter filter : FILTERS) {
            if (!filter.isPassed(offer, request)) {
                return false;
            }
        }
        return true;
    }

    /** Adds one to the place in {@code vetoed} of each filter that is not passed. */
    private static boolean isFitting(NodeOffer offer, PlacementRequest request, int[] vetoed) {
        boolean fitting = true;
        for (int i = 0; i < vetoed.length; i++) {
            if (!FILTERS.get(i).isPassed(offer, request)) {
                vetoed[i]++;
                fitting = false;
            }
        }
        return fitting;
    }

    private static long score(NodeOffer offer, PlacementRequest request, ScorePolicy policy) {
        return policy.score(offer.total(), offer.reserved().plus(request.resources()));
    }

    private static Map<Filter, Integer> counts(int[] vetoed) {
        Map<Filter, Integer> counts = new EnumMap<>(Filter.class);
        for (int i = 0; i < vetoed.length; i++) {
            if (vetoed[i] > 0) {
                counts.put(FILTERS.get(i), vetoed[i]);
            }
        }
        return counts;
    }

    /** The few best so far, best first. */
    private static final class Podium {
        final List<Verdict.Fits> best = new ArrayList<>(Decision.RUNNERS_UP + 2);

        void offer(NodeOffer offer, long score) {
            boolean full = best.size() > Decision.RUNNERS_UP;
            if (full && score < best.get(Decision.RUNNERS_UP).score()) {
                return;
            }
            Verdict.Fits fits = new Verdict.Fits(offer.id(), score);
            int place = best.size();
            while (place > 0 && Decision.BEST_FIRST.compare(fits, best.get(place - 1)) < 0) {
                place--;
            }
            best.add(place, fits);
            if (full) {
                best.remove(Decision.RUNNERS_UP + 1);
            }
        }
    }
}
