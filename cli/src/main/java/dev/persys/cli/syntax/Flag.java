package dev.persys.cli.syntax;

/** An option without a value. */
public final class Flag {
    private boolean set;

    Flag() {}

    public boolean isSet() {
        return set;
    }

    void set() {
        set = true;
    }
}
