/**
 * Who may call what of the API: the one table from which the scheduler's endpoints, the gateway's routes and the manual's
 * page are made, and what a principal is.
 *
 * <p>Belongs here: roles, routes, principals and their words, all of it pure. Does not belong here: how somebody shows who
 * it is, and what an endpoint does.
 */
package dev.persys.access;
