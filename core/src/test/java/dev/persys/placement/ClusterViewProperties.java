package dev.persys.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.placement.PlacementDomain.Action;
import dev.persys.placement.PlacementDomain.Changes;
import dev.persys.placement.PlacementDomain.Put;
import dev.persys.placement.PlacementDomain.Release;
import dev.persys.placement.PlacementDomain.Remove;
import dev.persys.placement.PlacementDomain.Reserve;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.domains.Domain;

/** The cluster view against its model, whatever it is told in whatever order. */
@Domain(PlacementDomain.class)
@PropertyDefaults(tries = 300, edgeCases = EdgeCasesMode.NONE)
final class ClusterViewProperties {
    private final ClusterView view = new ClusterView();
    private final NaiveCluster model = new NaiveCluster();

    @Property
    void viewIsAlwaysWhatAddingUpGives(@ForAll Changes changes) {
        for (Action action : changes.actions()) {
            tell(action);
            List<NodeOffer> offers = view.offers();
            assertThat(offers.stream().map(NodeOffer::id))
                    .containsExactlyElementsOf(
                            model.nodes().stream().map(Node::id).toList());
            for (NodeOffer offer : offers) {
                NodeId id = offer.id();
                assertThat(offer.reserved()).isEqualTo(model.reservedOn(id));
                assertThat(offer.takenPorts()).isEqualTo(new HashSet<>(model.portsOn(id)));
            }
            for (int i = 0; i < PlacementDomain.NODE_COUNT; i++) {
                NodeId id = NodeId.of("n" + i);
                assertThat(view.reservedOn(id)).isEqualTo(model.reservedOn(id));
                assertThat(view.workloadsOn(id)).isEqualTo(model.on(id).size());
                model.on(id)
                        .forEach(one -> assertThat(view.reservationOf(one.id())).hasValue(id));
            }
        }
    }

    @Property
    void offersOnceGivenNeverChange(@ForAll Changes before, @ForAll Changes after) {
        before.actions().forEach(this::tell);
        List<NodeOffer> given = view.offers();
        List<NodeOffer> copy = List.copyOf(given);
        after.actions().forEach(this::tell);
        assertThat(given).isEqualTo(copy);
    }

    @Property
    void offersWithoutAWorkloadAreTheOffersAfterItsRelease(@ForAll Changes changes, @ForAll Workload workload) {
        changes.actions().forEach(this::tell);
        List<NodeOffer> without = view.offersWithout(workload.id());
        view.release(workload.id());
        assertThat(without).isEqualTo(view.offers());
    }

    @Property
    void releaseUndoesReserve(@ForAll Changes changes, @ForAll Workload workload, @ForAll NodeId node) {
        changes.actions().forEach(this::tell);
        view.release(workload.id());
        List<NodeOffer> before = view.offers();
        view.reserve(workload, node);
        assertThat(view.reservationOf(workload.id())).hasValue(node);
        view.release(workload.id());
        assertThat(view.offers()).isEqualTo(before);
        assertThat(view.reservationOf(workload.id())).isEmpty();
        view.release(workload.id());
        assertThat(view.offers()).isEqualTo(before);
    }

    @Property
    void whatIsAboutToMoveHoldsBothUntilItIsKnownWhereItIs(
            @ForAll Changes changes, @ForAll Workload workload, @ForAll NodeId from, @ForAll NodeId to) {
        Assume.that(!from.equals(to));
        changes.actions().forEach(this::tell);
        view.reserve(workload, to);
        List<NodeOffer> moved = view.offers();
        view.reserve(workload, from);
        Resources here = view.reservedOn(from);

        view.reserveMove(workload, to);

        assertThat(view.reservationOf(workload.id())).hasValue(from);
        assertThat(view.reservedOn(from)).isEqualTo(here);
        view.reserve(workload, to);
        assertThat(view.offers()).isEqualTo(moved);
        view.release(workload.id());
        assertThat(view.reservationOf(workload.id())).isEmpty();
    }

    private void tell(Action action) {
        if (action instanceof Put put) {
            view.put(put.node());
            model.put(put.node());
        } else if (action instanceof Remove remove) {
            view.remove(remove.node());
            model.remove(remove.node());
        } else if (action instanceof Reserve reserve) {
            view.reserve(reserve.workload(), reserve.node());
            model.reserve(reserve.workload(), reserve.node());
        } else if (action instanceof Release release) {
            view.release(release.workload().id());
            model.release(release.workload().id());
        }
    }
}
