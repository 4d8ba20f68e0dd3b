package dev.persys.http.scheduler;

import dev.persys.protocol.Documents;
import dev.persys.trust.CertificateIssuer;
import dev.persys.trust.tls.MutualTls;

/**
 * What a scheduler needs that has the cluster's authority: it lets machines join, and knows which certificates count.
 *
 * @param node how the port of the agents is spoken with; who has no certificate gets through
 */
public record SchedulerTrust(CertificateIssuer issuer, Documents documents, MutualTls node, JoinSettings joining) {}
