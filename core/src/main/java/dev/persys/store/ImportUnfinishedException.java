package dev.persys.store;

/** A store has part of an import only, so that nobody may lead with it: what it lacks would be taken for deleted. */
public final class ImportUnfinishedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final transient Leadership leadership;

    /** @param leadership of the import that did not end */
    public ImportUnfinishedException(Leadership leadership) {
        super("The state store has part of an import only (epoch " + leadership.epoch() + "): the import is still"
                + " running, or it was interrupted. Run it again to its end: persys store import --replace FILE");
        this.leadership = leadership;
    }

    /** The epoch of the import, and the identity of the cluster that is being imported. */
    public Leadership leadership() {
        return leadership;
    }
}
