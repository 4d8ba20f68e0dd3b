/**
 * The scheduler's HTTP surface: what operators and agents may ask of it, and how its answers look.
 *
 * <p>Belongs here: routes and their bodies. Does not belong here: decisions (the actors behind {@code
 * SchedulerProtocol}) and what all servers share ({@code server}).
 */
package dev.persys.http.scheduler;
