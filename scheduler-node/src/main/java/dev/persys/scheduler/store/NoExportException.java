package dev.persys.scheduler.store;

import java.nio.file.Path;

/** What is to be imported is no file that an export wrote. */
public final class NoExportException extends StateTransferException {
    private static final long serialVersionUID = 1L;

    NoExportException(Path file, Throwable cause) {
        this(file, "", cause);
    }

    /** @param why it is none, behind a comma; empty where nothing of use is to be said */
    NoExportException(Path file, String why, Throwable cause) {
        super(
                file + " is no export of a state store" + why
                        + ": persys store export writes one. Nothing was changed.",
                cause);
    }
}
