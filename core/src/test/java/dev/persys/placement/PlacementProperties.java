package dev.persys.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.PlacementSummary;
import dev.persys.model.PlacementSummary.Candidate;
import dev.persys.model.Workload;
import dev.persys.placement.PlacementDomain.Action;
import dev.persys.placement.PlacementDomain.Cluster;
import dev.persys.placement.PlacementDomain.Place;
import dev.persys.placement.PlacementDomain.Put;
import dev.persys.placement.PlacementDomain.Release;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.domains.Domain;

/** What holds for every decision in every cluster. */
@Domain(PlacementDomain.class)
@Domain(net.jqwik.api.domains.DomainContext.Global.class)
@PropertyDefaults(tries = 150, edgeCases = EdgeCasesMode.NONE)
final class PlacementProperties {
    /** A decision with the cluster that it was made in. */
    private record Decided(NaiveCluster cluster, Place place, Decision decision) {}

    private interface Check {
        void on(Decided decided);
    }

    @Property
    void noNodeIsGivenMoreThanItHasAndNoHostPortTwice(@ForAll Cluster cluster) {
        NaiveCluster end = run(cluster, decided -> {});
        for (Node node : end.nodes()) {
            assertThat(node.facts().total().covers(end.reservedOn(node.id()))).isTrue();
            assertThat(end.portsOn(node.id())).doesNotHaveDuplicates();
        }
    }

    @Property
    void chosenNodeIsOneThatTheRulesAllow(@ForAll Cluster cluster) {
        run(cluster, decided -> {
            List<NodeId> allowed = decided.cluster().nodes().stream()
                    .filter(node -> decided.cluster().fits(node, decided.place().workload()))
                    .map(Node::id)
                    .toList();
            if (decided.decision() instanceof Decision.Placed placed) {
                assertThat(allowed).contains(placed.node());
            } else {
                assertThat(allowed).isEmpty();
            }
        });
    }

    @Property
    void everyNodeHasItsVerdictInTheOrderOfIds(@ForAll Cluster cluster) {
        run(cluster, decided -> {
            List<Verdict> verdicts = decided.decision().verdicts();
            assertThat(verdicts.stream().map(Verdict::node))
                    .containsExactlyElementsOf(
                            decided.cluster().nodes().stream().map(Node::id).toList());
            List<Node> nodes = decided.cluster().nodes();
            for (int i = 0; i < nodes.size(); i++) {
                boolean fits =
                        decided.cluster().fits(nodes.get(i), decided.place().workload());
                assertThat(verdicts.get(i) instanceof Verdict.Fits).isEqualTo(fits);
                if (verdicts.get(i) instanceof Verdict.Vetoed vetoed) {
                    assertThat(vetoed.vetoes()).isNotEmpty();
                    assertThat(vetoed.vetoes().stream().map(Veto::filter)).isSorted();
                }
            }
        });
    }

    @Property
    void bestScoreWinsAndTheSmallerIdAmongEquals(@ForAll Cluster cluster) {
        run(cluster, decided -> {
            Optional<NodeId> preferred = decided.place().preferred();
            List<Verdict.Fits> fitting = fitting(decided.decision());
            if (decided.decision() instanceof Decision.Placed placed) {
                NodeId expected = fitting.stream()
                        .map(Verdict.Fits::node)
                        .filter(node -> Optional.of(node).equals(preferred))
                        .findFirst()
                        .orElse(fitting.get(0).node());
                assertThat(placed.node()).isEqualTo(expected);
            }
            assertThat(fitting).allMatch(fits -> fits.score() >= 0 && fits.score() <= ScorePolicy.PERFECT);
        });
    }

    @Property
    void decisionDoesNotDependOnTheOrderOfArrival(@ForAll Cluster cluster, @ForAll Random random) {
        run(cluster, decided -> {
            ClusterView other = new ClusterView();
            List<Runnable> arrivals = new ArrayList<>();
            for (Node node : decided.cluster().nodes()) {
                arrivals.add(() -> other.put(node));
                decided.cluster().on(node.id()).forEach(one -> arrivals.add(() -> other.reserve(one, node.id())));
            }
            Collections.shuffle(arrivals, random);
            arrivals.forEach(Runnable::run);
            Decision again = decide(other, decided.place());
            assertThat(again).isEqualTo(decided.decision());
            assertThat(again.verdicts()).isEqualTo(decided.decision().verdicts());
        });
    }

    @Property
    void summaryCountsTheVerdictsAndStaysSmall(@ForAll Cluster cluster) {
        run(cluster, decided -> {
            PlacementSummary summary = decided.decision().summary(PlacementScenes.NOW);
            List<Candidate> ranking = new ArrayList<>(fitting(decided.decision()).stream()
                    .map(fits -> new Candidate(fits.node(), fits.score()))
                    .toList());
            if (decided.decision() instanceof Decision.Placed placed) {
                assertThat(summary.chosen().map(Candidate::node)).hasValue(placed.node());
                assertThat(ranking).contains(summary.chosen().get());
            }
            summary.chosen().ifPresent(ranking::remove);
            assertThat(summary.runnersUp())
                    .isEqualTo(ranking.subList(0, Math.min(Decision.RUNNERS_UP, ranking.size())));
            assertThat(summary.nodesConsidered())
                    .isEqualTo(decided.cluster().nodes().size());
            assertThat(summary.vetoes()).isEqualTo(vetoes(decided.decision()));
            assertThat(summary.policy()).isEqualTo(decided.place().policy().text());
        });
    }

    /** How many nodes each filter rules out, from the verdicts. */
    private static Map<String, Integer> vetoes(Decision decision) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Verdict verdict : decision.verdicts()) {
            if (verdict instanceof Verdict.Vetoed vetoed) {
                new HashSet<>(vetoed.vetoes().stream().map(Veto::filter).toList())
                        .forEach(filter -> counts.merge(filter.text(), 1, Integer::sum));
            }
        }
        return counts;
    }

    private static List<Verdict.Fits> fitting(Decision decision) {
        return decision.verdicts().stream()
                .filter(Verdict.Fits.class::isInstance)
                .map(Verdict.Fits.class::cast)
                .sorted(Decision.BEST_FIRST)
                .toList();
    }

    /** The cluster after everything, with each decision checked on the way and then carried out. */
    private static NaiveCluster run(Cluster cluster, Check check) {
        ClusterView view = new ClusterView();
        NaiveCluster model = new NaiveCluster();
        for (Node node : cluster.nodes()) {
            view.put(node);
            model.put(node);
        }
        for (Action action : cluster.actions()) {
            if (action instanceof Put put) {
                view.put(put.node());
                model.put(put.node());
            } else if (action instanceof Release release) {
                view.release(release.workload().id());
                model.release(release.workload().id());
            } else if (action instanceof Place place) {
                view.release(place.workload().id());
                model.release(place.workload().id());
                Decision decision = decide(view, place);
                check.on(new Decided(model, place, decision));
                if (decision instanceof Decision.Placed placed) {
                    view.reserve(place.workload(), placed.node());
                    model.reserve(place.workload(), placed.node());
                }
            }
        }
        return model;
    }

    private static Decision decide(ClusterView view, Place place) {
        Workload workload = place.workload();
        return Placement.decide(view.offers(), PlacementRequest.of(workload, place.preferred()), place.policy());
    }
}
