package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Transport protocol of a published port. */
public enum Protocol {
    @JsonProperty("tcp")
    TCP,
    @JsonProperty("udp")
    UDP,
    @JsonProperty("sctp")
    SCTP
}
