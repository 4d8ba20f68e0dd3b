package dev.persys.cli.syntax;

import picocli.CommandLine.Model.OptionSpec;

/** An option without a value. */
public final class Flag {
    private final OptionSpec spec;

    Flag(OptionSpec spec) {
        this.spec = spec;
    }

    public boolean isSet() {
        return Boolean.TRUE.equals(spec.<Object>getValue());
    }
}
