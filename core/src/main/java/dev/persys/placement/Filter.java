package dev.persys.placement;

import dev.persys.model.HostPort;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import java.util.List;
import java.util.Map;

/**
 * The hard filters, in the order in which their vetoes are told. Asking whether one is passed costs nothing but the
 * comparison; the words are made only for who wants to read them.
 */
public enum Filter {
    STATUS("status") {
        @Override
        boolean isPassed(NodeOffer offer, PlacementRequest request) {
            return offer.status() == NodeStatus.ACTIVE;
        }

        @Override
        List<Veto> vetoes(NodeOffer offer, PlacementRequest request) {
            return List.of(new Veto(this, "the node is " + offer.status()));
        }
    },
    NOT_REACHED_YET("not-reached-yet") {
        @Override
        boolean isPassed(NodeOffer offer, PlacementRequest request) {
            return offer.reached();
        }

        @Override
        List<Veto> vetoes(NodeOffer offer, PlacementRequest request) {
            return List.of(new Veto(this, "no call to the node's agent has succeeded yet"));
        }
    },
    TYPE("type") {
        @Override
        boolean isPassed(NodeOffer offer, PlacementRequest request) {
            return offer.types().contains(request.type());
        }

        @Override
        List<Veto> vetoes(NodeOffer offer, PlacementRequest request) {
            return List.of(new Veto(this, "the node does not run this type of workload"));
        }
    },
    LABELS("labels") {
        @Override
        boolean isPassed(NodeOffer offer, PlacementRequest request) {
            return request.constraints().isEmpty()
                    || request.constraints().entrySet().stream().allMatch(wanted -> hasLabel(offer, wanted));
        }

        @Override
        List<Veto> vetoes(NodeOffer offer, PlacementRequest request) {
            return request.constraints().entrySet().stream()
                    .filter(wanted -> !hasLabel(offer, wanted))
                    .map(wanted -> new Veto(this, "wants " + wanted + ", " + actual(offer, wanted.getKey())))
                    .toList();
        }

        private static boolean hasLabel(NodeOffer offer, Map.Entry<String, String> wanted) {
            return wanted.getValue().equals(offer.labels().get(wanted.getKey()));
        }

        private static String actual(NodeOffer offer, String label) {
            return offer.labels().containsKey(label)
                    ? "the node has " + offer.labels().get(label)
                    : "the node has no such label";
        }
    },
    CPU("cpu") {
        @Override
        boolean isPassed(NodeOffer offer, PlacementRequest request) {
            return offer.free().cpuMillis() >= request.resources().cpuMillis();
        }

        @Override
        List<Veto> vetoes(NodeOffer offer, PlacementRequest request) {
            Resources wanted = request.resources();
            return List.of(new Veto(
                    this,
                    "wants " + wanted.cpu().toPlainString() + " cores, "
                            + offer.free().cpu().toPlainString() + " free"));
        }
    },
    MEMORY("memory") {
        @Override
        boolean isPassed(NodeOffer offer, PlacementRequest request) {
            return offer.free().memoryMib() >= request.resources().memoryMib();
        }

        @Override
        List<Veto> vetoes(NodeOffer offer, PlacementRequest request) {
            return List.of(new Veto(
                    this,
                    "wants " + request.resources().memoryMib() + " MiB, "
                            + offer.free().memoryMib() + " free"));
        }
    },
    /** Told only where the reservations alone would let the workload in. */
    MEMORY_USED_UP("memory-used-up") {
        @Override
        boolean isPassed(NodeOffer offer, PlacementRequest request) {
            return !offer.memory().isUp()
                    && (offer.memory().left() >= request.resources().memoryMib() || !MEMORY.isPassed(offer, request));
        }

        @Override
        List<Veto> vetoes(NodeOffer offer, PlacementRequest request) {
            MemoryInUse memory = offer.memory();
            String left = "about " + Math.max(0, memory.left()) + " of "
                    + offer.total().memoryMib() + " MiB are not in use";
            return List.of(new Veto(
                    this,
                    memory.isUp()
                            ? left + ", and " + memory.kept() + " are kept free"
                            : "wants " + request.resources().memoryMib() + " MiB, " + left));
        }
    },
    HOST_PORT("host-port") {
        @Override
        boolean isPassed(NodeOffer offer, PlacementRequest request) {
            return request.hostPorts().isEmpty()
                    || request.hostPorts().stream().noneMatch(offer.takenPorts()::contains);
        }

        @Override
        List<Veto> vetoes(NodeOffer offer, PlacementRequest request) {
            return request.hostPorts().stream()
                    .filter(offer.takenPorts()::contains)
                    .map(this::taken)
                    .toList();
        }

        private Veto taken(HostPort port) {
            return new Veto(this, "host port " + port + " is taken");
        }
    },
    /** Told only of ports that no workload has. */
    PORT_IN_USE("port-in-use") {
        @Override
        boolean isPassed(NodeOffer offer, PlacementRequest request) {
            return offer.busyPorts().isEmpty() || request.hostPorts().stream().noneMatch(port -> isBusy(offer, port));
        }

        @Override
        List<Veto> vetoes(NodeOffer offer, PlacementRequest request) {
            return request.hostPorts().stream()
                    .filter(port -> isBusy(offer, port))
                    .map(port ->
                            new Veto(this, "port " + port + " is in use there by something that Persys did not start"))
                    .toList();
        }

        private static boolean isBusy(NodeOffer offer, HostPort port) {
            return offer.busyPorts().contains(port) && !offer.takenPorts().contains(port);
        }
    };

    private final String text;

    Filter(String text) {
        this.text = text;
    }

    /** The stable word for programs. */
    public String text() {
        return text;
    }

    abstract boolean isPassed(NodeOffer offer, PlacementRequest request);

    /** Everything in the way where it is not passed, each in a clause. */
    abstract List<Veto> vetoes(NodeOffer offer, PlacementRequest request);
}
