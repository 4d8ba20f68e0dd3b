/**
 * The state machines: what a workload's and a node's record become when something is asked for or seen.
 *
 * <p>Everything here is a function of (record, signal, now). Does not belong here: deciding where a workload goes
 * ({@code placement}), comparing with what is there ({@code reconcile}), and carrying anything out.
 */
package dev.persys.lifecycle;
