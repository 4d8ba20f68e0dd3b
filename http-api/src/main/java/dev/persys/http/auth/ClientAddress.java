package dev.persys.http.auth;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** Where a client of a gateway calls from: told to schedulers by the gateway, and counted by network where it is bounded. */
public final class ClientAddress {
    /** What a gateway says of its client's address to a scheduler; nobody else is believed. */
    public static final String HEADER = "Persys-Client-Address";

    /** Of an IPv6 address those bytes are one customer's mostly. */
    private static final int NETWORK_BYTES = 8;

    /** What else {@link InetAddress} would look up as a name; what has a colon it takes for no name. */
    private static final Pattern LITERAL = Pattern.compile(
            "(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}|[0-9A-Fa-f:.]{0,45}:[0-9A-Fa-f:.]{1,45}");

    private ClientAddress() {}

    /** What a gateway says; empty where that is not one address, written as digits. */
    public static Optional<InetAddress> said(HttpRequest request) {
        List<String> said = StreamSupport.stream(request.getHeaders().spliterator(), false)
                .filter(header -> header.is("persys-client-address"))
                .map(HttpHeader::value)
                .toList();
        return said.size() == 1 ? literal(said.get(0)) : Optional.empty();
    }

    /** By whom bounds are counted: an IPv4 address, or of an IPv6 address the first 64 bits. */
    public static String network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length > NETWORK_BYTES
                ? Arrays.toString(Arrays.copyOf(bytes, NETWORK_BYTES))
                : address.getHostAddress();
    }

    /** No name is looked up. */
    private static Optional<InetAddress> literal(String text) {
        try {
            return LITERAL.matcher(text).matches() ? Optional.of(InetAddress.getByName(text)) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
