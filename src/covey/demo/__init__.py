"""The demo data: an invented shop for home and garden, its customers, and all their mess.

`write_demo_data` writes the fourteen inputs of covey as `<input>.parquet`, with the canonical
column names, and in `truth/` what was planted, for tests only. Everything is invented; e-mail
domains end in `.example` or `.test`. The data end on 2026-06-30, times are UTC.

What an amount means
--------------------
In the currency of the order: `net_amount` is what the lines cost after discount and before
refunds, tax included, shipping apart; `gross_amount = net_amount + discount_amount`;
`tax_amount` is the part of `net_amount` that is tax. The lines of an order add up to its
`net_amount` to the cent. A full refund refunds `net_amount`, a partial one the first line.
`cart_value` and `price` of a web event are in the currency of the buyer's country.

Who buys
--------
Seven segments (`settings.SEGMENTS`): vip_loyal 6 %, regular_loyal 20 %, deal_hunter 18 %,
window_shopper 20 %, store_regular 16 %, lapsed 17.4 %, big_ticket_rare 2.6 %. A person draws
own traits around the segment's centre, lognormal for counts, money, days, and seconds, logistic
for shares. One in eight stands between two segments, up to a weight of 0.62 of the second, so
that the best classifier reaches an adjusted Rand index near 0.95, not 1.

How persons appear
------------------
Systems `shop` (`S0000123`) and `store` (`C0000123`): about 56 % of the persons have a record in
the shop only, 35 % in both, 9 % in the store only. Of those in both, nine in ten share an e-mail
(up to case and blanks), a telephone number (up to its format), or a loyalty number exactly, the
rest only name, birth date, and place. A person has one to three devices. The app of a person is
tied to a record in `identifiers`, by device_id; that is all who ties store-only persons to the
web. Of online orders 45 % have a tracked visit with a purchase event.

The experiment `free_shipping_2026q2`: six in ten shop customers are exposed once, 71 to 36 days
before the end; a hash of the person gives the variant. The treatment makes some who would not
have ordered within 30 days place one order more (`Segment.uplift`). `truth/effects.parquet`
holds the effect on the probability of an order over exactly the persons exposed.

A cart of `truth/carts.parquet` is abandoned if no purchase of it follows within 24 hours of the
first `add_to_cart`. Every `checkout_start` is followed by its `purchase`.

The mess
--------
Shares are of rows of the input unless told otherwise; `settings.DIRT` holds those that are set.

=====================  ==========================================================  ==============
input                  mess                                                        share
=====================  ==========================================================  ==============
customers              e-mail in capitals, with a capital, blanks around           14 %
customers              telephone not E.164: 00, national, with (0); with blanks    26 %; 24 %
customers              gender outside F and M: female, f, w, male, m, d, X         about 40 %
customers              country not an ISO code: Germany, deu, Deutschland          8 %
customers              duplicate in the same system, with errors                   4 to 5 %
customers              misspelt names: folded, letters dropped, swapped, doubled   5 % (60 % of
                                                                                   duplicates)
customers              birth date with day and month exchanged                     < 1 %
customers              same customer_id again, later updated_at                    2 %
customers              placeholder e-mail or telephone (store, where missing)      8 % of missing
customers              telephone of another person (household)                     1 %
customers              test account: is_test or only an e-mail at example.test     0.2 %
customers              no birth date; gender; income; household                    15; 12; 50; 40 %
orders                 currency in lower case                                      3 %
orders                 cancelled; refunded in full or in part                      2 %; 5 %
orders                 guest with e-mail and anonymous_id (online)                 7 %
orders                 anonymous_id only (online)                                  1.5 %
orders                 loyalty number only (store)                                 33 %
orders                 no identifier at all (store)                                0.15 %
orders                 silly amounts of test accounts: 0.01 or 99,999              0.1 %
orders, web, messages  row written twice                                           0.4 %
orders, web, messages  null order_id or event_id, null occurred_at, no identifier  0.04 % each
web_events             same event_id with a later received_at                      0.3 %
web_events             received one to nine days late                              1.2 % of visits
web_events             clock of the device hours to days ahead                     0.4 % of devices
web_events             names of an old app: Product Viewed, addToCart              one app in ten
web_events             session_id missing                                          apps
web_events             crawlers, and bots with a browser's name but too fast       0.2 % of persons
web_events             devices of visitors nobody knows                            30 % of persons
web_events             kiosks where many log in                                    1.2 % of visits
web_events             tablets that two persons share                              3 % of persons
messages               opens by machines, seconds after delivery                   25 % of persons
messages               bounces                                                     1.2 %
consents               no row at all; status 'maybe'                               2 % of persons;
                                                                                   0.1 %
consents               withdrawn; granted within the hour after a refusal          2 to 10 %; < 1 %
erasure_requests       a request                                                   0.3 % of persons
experiment_exposures   exposed to both variants                                    0.6 %
exchange_rates         day missing                                                 1 in 90
=====================  ==========================================================  ==============

Test accounts, visitors, bots, and kiosks have no row in `truth/people.parquet`.
"""

from covey.demo.generate import INPUTS, write_demo_data

__all__ = ["INPUTS", "write_demo_data"]
