package dev.persys.scheduler.remoting;

import akka.actor.ActorSystem;
import akka.remote.artery.tcp.SSLEngineProvider;
import dev.persys.trust.Role;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import scala.Option;

/**
 * TLS for Akka's remoting, by which messages are taken and objects made of them: whoever connects, and whoever is connected
 * to, shows the certificate of a scheduler of this cluster. Names of hosts say nothing. Each connection is made of the
 * certificate of its moment, so that a new one needs no restart. Akka makes one by the setting {@code
 * akka.remote.artery.ssl.ssl-engine-provider}.
 */
public final class RemotingTls implements SSLEngineProvider {
    private static final Peers SCHEDULERS = Peers.all(Role.SCHEDULER);

    private final MutualTls tls;

    /** Of the files that the system's settings name. */
    public RemotingTls(ActorSystem system) {
        this.tls = RemotingSettings.of(system.settings().config())
                .tls()
                .map(files -> MutualTls.of(files, SCHEDULERS))
                .orElseThrow(() -> new IllegalArgumentException(
                        RemotingSettings.TLS + " names no certificate, and remoting is to have TLS"));
    }

    @Override
    public SSLEngine createServerSSLEngine(String hostname, int port) {
        SSLEngine engine = tls.context(SCHEDULERS).createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = MutualTls.parameters(engine.getSupportedCipherSuites());
        parameters.setNeedClientAuth(true);
        parameters.setUseCipherSuitesOrder(true);
        engine.setSSLParameters(parameters);
        return engine;
    }

    @Override
    public SSLEngine createClientSSLEngine(String hostname, int port) {
        return tls.client(SCHEDULERS);
    }

    /** Nothing more to be said: both sides were looked at in the handshake. */
    @Override
    public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
        return Option.empty();
    }

    @Override
    public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
        return Option.empty();
    }
}
