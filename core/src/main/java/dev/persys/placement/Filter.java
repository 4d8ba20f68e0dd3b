package dev.persys.placement;

/** The hard filters, in the order in which their vetoes are told. */
public enum Filter {
    STATUS("status"),
    TYPE("type"),
    LABELS("labels"),
    CPU("cpu"),
    MEMORY("memory"),
    HOST_PORT("host-port");

    private final String text;

    Filter(String text) {
        this.text = text;
    }

    /** The stable word for programs. */
    public String text() {
        return text;
    }
}
