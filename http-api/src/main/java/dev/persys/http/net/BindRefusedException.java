package dev.persys.http.net;

import dev.persys.http.HttpSettings;
import java.nio.file.Path;

/** The process must not or cannot listen where it was told to; its message names the setting and the remedy. */
public final class BindRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean setting;

    private BindRefusedException(String message, boolean setting, Throwable cause) {
        super(message, cause);
        this.setting = setting;
    }

    /** Whether another setting is the only way out: what is there may be right, but it is not let do that. */
    public boolean isSetting() {
        return setting;
    }

    static BindRefusedException unprotected(HttpSettings.Listener listener) {
        return new BindRefusedException(
                "refusing to listen on " + listener.bindAddress() + ":" + listener.port()
                        + ": without TLS this port stays on the loopback interface. Set "
                        + listener.path().replaceFirst("[^.]*$", "tls")
                        + " to files with a certificate of the cluster, or " + listener.path()
                        + ".bind-address to 127.0.0.1 or ::1",
                true,
                null);
    }

    static BindRefusedException unknownAddress(HttpSettings.Listener listener, Throwable cause) {
        return new BindRefusedException(
                "cannot listen on " + listener.bindAddress() + ": it is no address of this machine. Set "
                        + listener.path() + ".bind-address to one",
                true,
                cause);
    }

    static BindRefusedException unavailable(HttpSettings.Listener listener, Throwable cause) {
        return new BindRefusedException(
                "cannot listen on " + listener.bindAddress() + ":" + listener.port() + ": " + cause.getMessage()
                        + ". Stop what uses the port, or set " + listener.path() + ".port to another",
                false,
                cause);
    }

    /** Without the token that was asked for the port would be open to everybody. */
    public static BindRefusedException noToken(HttpSettings.Listener listener, Path file, Throwable cause) {
        return new BindRefusedException(
                "refusing to listen on " + listener.bindAddress() + ":" + listener.port()
                        + ": there is no API token in " + file + ". Write one line of random text there, or clear "
                        + listener.path() + ".token-file",
                true,
                cause);
    }

    /** Nobody said which token to ask for; the port is not opened to everybody for that. */
    public static BindRefusedException noTokenFile(HttpSettings.Listener listener) {
        return new BindRefusedException(
                "refusing to listen on " + listener.bindAddress() + ":" + listener.port()
                        + ": there is no API token. Set " + listener.path() + ".token-file",
                true,
                null);
    }
}
