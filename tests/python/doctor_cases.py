"""Warehouses that doctor is asked about, and the mapping that a person would write for them.

The three of TABLES are made up, know no preset and were written down before the matching was tuned.
`TRUTH[schema][input]` is the table and, for each canonical column it can fill, the source column.
"""

from __future__ import annotations

PEOPLE = """
    select
        i,
        'p' || i as login,
        ['Anna', 'Ben', 'Carla', 'David', 'Elif', 'Frank'][1 + i % 6] as given,
        ['Schmidt', 'Moreau', 'Rossi', 'Novak', 'Jansen'][1 + i % 5] as family,
        'person' || i || '@example.org' as mail,
        timestamp '2022-01-03 08:00:00' + to_hours(i * 7) as born_on_site
    from range(1, 201) as numbers (i)
"""

TABLES: dict[str, dict[str, str]] = {
    # A WordPress shop as its analytics tables look once they are copied to a warehouse.
    "woo": {
        "wc_orders": """
            select
                10000 + i as id,
                case when i % 9 = 0 then 'wc-cancelled' else 'wc-completed' end as status,
                'EUR' as currency,
                'shop_order' as type,
                round(i % 50 * 0.19, 2) as tax_amount,
                round(5 + i % 50 * 1.19, 2) as total_amount,
                1 + i % 200 as customer_id,
                'person' || (1 + i % 200) || '@example.org' as billing_email,
                timestamp '2023-01-01 10:00:00' + to_hours(i * 9) as date_created_gmt,
                timestamp '2023-01-02 10:00:00' + to_hours(i * 9) as date_updated_gmt,
                0 as parent_order_id,
                'stripe' as payment_method,
                'Credit card' as payment_method_title,
                'ch_' || md5(i::varchar) as transaction_id,
                '10.0.0.' || i % 250 as ip_address,
                'Mozilla/5.0' as user_agent,
                '' as customer_note
            from range(1, 1501) as numbers (i)
        """,
        "wc_order_product_lookup": """
            select
                50000 + i as order_item_id,
                10001 + i % 1500 as order_id,
                300 + i % 40 as product_id,
                0 as variation_id,
                1 + i % 200 as customer_id,
                timestamp '2023-01-01 10:00:00' + to_hours(i * 4) as date_created,
                1 + i % 3 as product_qty,
                round(4 + i % 25 * 1.0, 2) as product_net_revenue,
                round(5 + i % 25 * 1.19, 2) as product_gross_revenue,
                0.0 as coupon_amount,
                round(i % 25 * 0.19, 2) as tax_amount,
                0.0 as shipping_amount,
                0.0 as shipping_tax_amount
            from range(1, 3001) as numbers (i)
        """,
        "wc_customer_lookup": f"""
            select
                i as customer_id,
                case when i % 3 > 0 then 9000 + i end as user_id,
                login as username,
                given as first_name,
                family as last_name,
                mail as email,
                born_on_site + interval 90 day as date_last_active,
                born_on_site as date_registered,
                ['DE', 'FR', 'IT'][1 + i % 3] as country,
                lpad(cast(10000 + i as varchar), 5, '0') as postcode,
                ['Berlin', 'Lyon', 'Torino'][1 + i % 3] as city,
                'XX' as state
            from ({PEOPLE}) as people
        """,
        "wc_product_catalog": """
            select
                300 + i as product_id,
                'SKU-' || i as sku,
                'Product number ' || i as product_name,
                ['Clothing', 'Shoes', 'Bags'][1 + i % 3] as category_name,
                round(5 + i * 1.1, 2) as regular_price,
                round(4 + i * 1.0, 2) as sale_price,
                'instock' as stock_status,
                false as virtual
            from range(0, 40) as numbers (i)
        """,
        "wp_options": """
            select
                i as option_id,
                'option_' || i as option_name,
                'x' as option_value,
                'yes' as autoload
            from range(1, 60) as numbers (i)
        """,
    },
    # A German merchandise management system, names as its makers wrote them.
    "erp": {
        "KUNDEN": f"""
            select
                'K' || lpad(cast(i as varchar), 6, '0') as "KundenNr",
                ['Frau', 'Herr'][1 + i % 2] as "Anrede",
                given as "Vorname",
                family as "Nachname",
                cast(null as varchar) as "Firma",
                'Lindenweg ' || i as "Strasse",
                lpad(cast(10000 + i as varchar), 5, '0') as "PLZ",
                ['Berlin', 'Hamburg', 'Köln'][1 + i % 3] as "Ort",
                'DE' as "Land",
                '0171 55' || lpad(cast(i as varchar), 5, '0') as "Telefon",
                mail as "EMail",
                date '1960-01-01' + cast(i * 90 as integer) as "Geburtsdatum",
                '99' || lpad(cast(i as varchar), 8, '0') as "Kundenkarte",
                'de' as "Sprache",
                born_on_site as "AngelegtAm",
                born_on_site + interval 30 day as "GeaendertAm"
            from ({PEOPLE}) as people
        """,
        "AUFTRAEGE": """
            select
                'A' || (70000 + i) as "AuftragsNr",
                'K' || lpad(cast(1 + i % 200 as varchar), 6, '0') as "KundenNr",
                timestamp '2023-01-01 10:00:00' + to_hours(i * 9) as "Auftragsdatum",
                ['offen', 'geliefert', 'storniert'][1 + i % 3] as "Status",
                'EUR' as "Waehrung",
                round(5 + i % 50 * 1.0, 2) as "Nettobetrag",
                round(i % 50 * 0.19, 2) as "Mwst",
                round(i % 7 * 0.5, 2) as "Rabattbetrag",
                4.9 as "Versandkosten",
                ['F01', 'F02', 'F03'][1 + i % 3] as "Filiale",
                case when i % 10 = 0 then 'SOMMER' end as "Gutscheincode",
                'sb' || i % 8 as "Sachbearbeiter"
            from range(1, 1501) as numbers (i)
        """,
        "AUFTRAGSPOSITIONEN": """
            select
                'A' || (70001 + i % 1500) as "AuftragsNr",
                i as "PosNr",
                'ART' || (300 + i % 40) as "ArtikelNr",
                1 + i % 3 as "Menge",
                round(2 + i % 25 * 1.0, 2) as "Einzelpreis",
                round(4 + i % 25 * 1.0, 2) as "Nettobetrag",
                round(2 + i % 25 * 0.6, 2) as "Einstandskosten",
                i % 15 = 0 as "Retoure"
            from range(1, 3001) as numbers (i)
        """,
        "ARTIKEL": """
            select
                'ART' || (300 + i) as "ArtikelNr",
                'Artikel Nummer ' || i as "Bezeichnung",
                ['Alpha', 'Beta'][1 + i % 2] as "Marke",
                ['Bekleidung', 'Schuhe', 'Taschen'][1 + i % 3] as "Warengruppe",
                ['Damen', 'Herren'][1 + i % 2] as "Untergruppe",
                round(5 + i * 1.1, 2) as "Listenpreis",
                round(3 + i * 0.6, 2) as "Einkaufspreis",
                '40' || (1000000000 + i) as "EAN"
            from range(0, 40) as numbers (i)
        """,
        "NEWSLETTEREREIGNISSE": """
            select
                'n' || i as "EreignisId",
                timestamp '2023-03-01 10:00:00' + to_hours(i * 5) as "Zeitpunkt",
                'email' as "Kanal",
                ['versendet', 'geoeffnet', 'geklickt'][1 + i % 3] as "Ereignistyp",
                'person' || (1 + i % 200) || '@example.org' as "EMail",
                'NL' || i % 12 as "KampagnenNr"
            from range(1, 2001) as numbers (i)
        """,
        "STEUERSAETZE": """
            select 'S' || i as "Steuerschluessel", 0.07 * i as "Satz"
            from range(1, 4) as numbers (i)
        """,
    },
    # A warehouse that a team of three has grown over the years.
    "homegrown": {
        "dim_customer": f"""
            select
                'C-' || i as cust_id,
                'crm' as src_sys,
                mail as email_addr,
                '+4917155' || lpad(cast(i as varchar), 5, '0') as mobile_no,
                given as fname,
                family as lname,
                date '1960-01-01' + cast(i * 90 as integer) as dob,
                ['f', 'm'][1 + i % 2] as sex,
                lpad(cast(10000 + i as varchar), 5, '0') as zip,
                ['Berlin', 'Lyon', 'Torino'][1 + i % 3] as town,
                ['DE', 'FR', 'IT'][1 + i % 3] as country_cd,
                'en' as lang,
                '99' || lpad(cast(i as varchar), 8, '0') as loyalty_card_no,
                ['search', 'social'][1 + i % 2] as acq_channel,
                born_on_site as created_ts,
                born_on_site + interval 30 day as last_upd_ts,
                i % 97 = 0 as is_test_flag,
                'batch-1' as etl_batch_id
            from ({PEOPLE}) as people
        """,
        "fct_sales": """
            select
                'S' || (70000 + i) as sale_no,
                'C-' || (1 + i % 200) as cust_id,
                timestamp '2023-01-01 10:00:00' + to_hours(i * 9) as sale_ts,
                round(5 + i % 50 * 1.0, 2) as net_amt,
                round(i % 7 * 0.5, 2) as disc_amt,
                round(i % 50 * 0.19, 2) as tax_amt,
                4.9 as ship_amt,
                'EUR' as curr_cd,
                ['paid', 'cancelled'][1 + i % 2] as ord_status,
                ['web', 'store'][1 + i % 2] as sales_channel,
                'B' || i % 5 as store_no,
                case when i % 10 = 0 then 'SUMMER' end as promo_code,
                'batch-1' as etl_batch_id
            from range(1, 1501) as numbers (i)
        """,
        "fct_sale_lines": """
            select
                'S' || (70001 + i % 1500) as sale_no,
                i as line_no,
                'SKU' || (300 + i % 40) as sku,
                1 + i % 3 as qty,
                round(4 + i % 25 * 1.0, 2) as line_net_amt,
                round(2 + i % 25 * 0.6, 2) as cogs,
                i % 15 = 0 as returned_flag,
                'batch-1' as etl_batch_id
            from range(1, 3001) as numbers (i)
        """,
        "dim_sku": """
            select
                'SKU' || (300 + i) as sku,
                'Thing number ' || i as descr,
                ['Alpha', 'Beta'][1 + i % 2] as brand_nm,
                ['Home', 'Garden'][1 + i % 2] as dept,
                ['Kitchen', 'Tools', 'Plants'][1 + i % 3] as category,
                ['Pans', 'Saws'][1 + i % 2] as sub_category,
                round(5 + i * 1.1, 2) as msrp
            from range(0, 40) as numbers (i)
        """,
        "clickstream": """
            select
                md5('hit' || i) as hit_id,
                1672567200000 + i * 60000 as hit_ts,
                ['page_view', 'add_to_cart', 'purchase'][1 + i % 3] as action,
                md5('cookie' || i % 300) as visitor_cookie,
                case when i % 4 = 0 then 'C-' || (1 + i % 200) end as cust_id,
                md5('session' || i % 900) as sess_id,
                'https://shop.example.org/p/' || i % 40 as page_url,
                'https://www.example.com/' as ref_url,
                ['mobile', 'desktop'][1 + i % 2] as device,
                'Mozilla/5.0' as ua,
                'SKU' || (300 + i % 40) as sku,
                'b' || i % 700 as basket_id,
                round(i % 90 * 1.0, 2) as basket_val,
                case when i % 6 = 0 then 'pan' end as search_phrase
            from range(1, 4001) as numbers (i)
        """,
        "campaign_log": """
            select
                'log' || i as log_id,
                timestamp '2023-03-01 10:00:00' + to_hours(i * 5) as log_ts,
                'email' as channel,
                ['sent', 'open', 'click'][1 + i % 3] as action,
                'person' || (1 + i % 200) || '@example.org' as email_addr,
                'camp' || i % 12 as camp_id,
                'msg' || i % 500 as msg_id
            from range(1, 2001) as numbers (i)
        """,
        "consent_log": """
            select
                'C-' || (1 + i % 200) as cust_id,
                ['marketing', 'profiling'][1 + i % 2] as purpose,
                ['granted', 'withdrawn'][1 + i % 2] as consent_status,
                'email' as channel,
                timestamp '2023-01-01 10:00:00' + to_hours(i * 5) as changed_ts
            from range(1, 401) as numbers (i)
        """,
        "calendar": """
            select date '2023-01-01' + cast(i as integer) as day, 2023 as year, i as day_no
            from range(0, 365) as numbers (i)
        """,
    },
}

TRUTH: dict[str, dict[str, tuple[str, dict[str, str]]]] = {
    "woo": {
        "orders": (
            "wc_orders",
            {
                "order_id": "id",
                "ordered_at": "date_created_gmt",
                "net_amount": "total_amount",
                "customer_id": "customer_id",
                "email": "billing_email",
                "status": "status",
                "currency": "currency",
                "tax_amount": "tax_amount",
            },
        ),
        "order_items": (
            "wc_order_product_lookup",
            {
                "order_id": "order_id",
                "line_id": "order_item_id",
                "product_id": "product_id",
                "quantity": "product_qty",
                "net_amount": "product_net_revenue",
            },
        ),
        "customers": (
            "wc_customer_lookup",
            {
                "customer_id": "customer_id",
                "email": "email",
                "first_name": "first_name",
                "last_name": "last_name",
                "city": "city",
                "region": "state",
                "postal_code": "postcode",
                "country": "country",
                "created_at": "date_registered",
            },
        ),
        "products": (
            "wc_product_catalog",
            {
                "product_id": "product_id",
                "name": "product_name",
                "category_l1": "category_name",
                "list_price": "regular_price",
            },
        ),
    },
    "erp": {
        "customers": (
            "KUNDEN",
            {
                "customer_id": "KundenNr",
                "email": "EMail",
                "phone": "Telefon",
                "first_name": "Vorname",
                "last_name": "Nachname",
                "birth_date": "Geburtsdatum",
                "gender": "Anrede",
                "address": "Strasse",
                "city": "Ort",
                "postal_code": "PLZ",
                "country": "Land",
                "language": "Sprache",
                "loyalty_number": "Kundenkarte",
                "created_at": "AngelegtAm",
                "updated_at": "GeaendertAm",
            },
        ),
        "orders": (
            "AUFTRAEGE",
            {
                "order_id": "AuftragsNr",
                "ordered_at": "Auftragsdatum",
                "net_amount": "Nettobetrag",
                "customer_id": "KundenNr",
                "status": "Status",
                "currency": "Waehrung",
                "discount_amount": "Rabattbetrag",
                "tax_amount": "Mwst",
                "shipping_amount": "Versandkosten",
                "store_id": "Filiale",
                "coupon_code": "Gutscheincode",
            },
        ),
        "order_items": (
            "AUFTRAGSPOSITIONEN",
            {
                "order_id": "AuftragsNr",
                "line_id": "PosNr",
                "product_id": "ArtikelNr",
                "quantity": "Menge",
                "net_amount": "Nettobetrag",
                "is_returned": "Retoure",
                "cost_amount": "Einstandskosten",
            },
        ),
        "products": (
            "ARTIKEL",
            {
                "product_id": "ArtikelNr",
                "name": "Bezeichnung",
                "brand": "Marke",
                "category_l1": "Warengruppe",
                "category_l2": "Untergruppe",
                "list_price": "Listenpreis",
            },
        ),
        "messages": (
            "NEWSLETTEREREIGNISSE",
            {
                "event_id": "EreignisId",
                "occurred_at": "Zeitpunkt",
                "channel": "Kanal",
                "event_type": "Ereignistyp",
                "email": "EMail",
                "campaign_id": "KampagnenNr",
            },
        ),
    },
    "homegrown": {
        "customers": (
            "dim_customer",
            {
                "customer_id": "cust_id",
                "source_system": "src_sys",
                "email": "email_addr",
                "phone": "mobile_no",
                "first_name": "fname",
                "last_name": "lname",
                "birth_date": "dob",
                "gender": "sex",
                "city": "town",
                "postal_code": "zip",
                "country": "country_cd",
                "language": "lang",
                "loyalty_number": "loyalty_card_no",
                "acquisition_channel": "acq_channel",
                "is_test": "is_test_flag",
                "created_at": "created_ts",
                "updated_at": "last_upd_ts",
            },
        ),
        "orders": (
            "fct_sales",
            {
                "order_id": "sale_no",
                "ordered_at": "sale_ts",
                "net_amount": "net_amt",
                "customer_id": "cust_id",
                "status": "ord_status",
                "currency": "curr_cd",
                "discount_amount": "disc_amt",
                "tax_amount": "tax_amt",
                "shipping_amount": "ship_amt",
                "channel": "sales_channel",
                "store_id": "store_no",
                "coupon_code": "promo_code",
            },
        ),
        "order_items": (
            "fct_sale_lines",
            {
                "order_id": "sale_no",
                "line_id": "line_no",
                "product_id": "sku",
                "quantity": "qty",
                "net_amount": "line_net_amt",
                "is_returned": "returned_flag",
                "cost_amount": "cogs",
            },
        ),
        "products": (
            "dim_sku",
            {
                "product_id": "sku",
                "name": "descr",
                "brand": "brand_nm",
                "category_l1": "dept",
                "category_l2": "category",
                "category_l3": "sub_category",
                "list_price": "msrp",
            },
        ),
        "web_events": (
            "clickstream",
            {
                "event_id": "hit_id",
                "occurred_at": "hit_ts",
                "event_name": "action",
                "anonymous_id": "visitor_cookie",
                "user_id": "cust_id",
                "session_id": "sess_id",
                "page_url": "page_url",
                "referrer": "ref_url",
                "device_type": "device",
                "user_agent": "ua",
                "product_id": "sku",
                "cart_id": "basket_id",
                "cart_value": "basket_val",
                "search_term": "search_phrase",
            },
        ),
        "messages": (
            "campaign_log",
            {
                "event_id": "log_id",
                "occurred_at": "log_ts",
                "channel": "channel",
                "event_type": "action",
                "email": "email_addr",
                "campaign_id": "camp_id",
                "message_id": "msg_id",
            },
        ),
        "consents": (
            "consent_log",
            {
                "identifier": "cust_id",
                "purpose": "purpose",
                "status": "consent_status",
                "channel": "channel",
                "changed_at": "changed_ts",
            },
        ),
    },
}

# The tables of the presets with the columns and types that their loaders give them (the ones that
# matter and enough of the others to be told apart), one row each unless said otherwise.
PRESETS: dict[str, dict[str, str]] = {
    "shopify": {
        "order": """id bigint, note varchar, email varchar, taxes_included boolean,
            currency varchar, subtotal_price double, total_tax double, total_price double,
            created_at timestamp,
            updated_at timestamp, name varchar, shipping_address_country_code varchar,
            customer_id bigint, location_id bigint, user_id bigint, number bigint,
            order_number bigint, financial_status varchar, fulfillment_status varchar,
            processed_at timestamp, cancel_reason varchar, cancelled_at timestamp,
            total_discounts double, total_line_items_price double, total_weight double,
            source_name varchar, browser_ip varchar, cart_token varchar, test boolean,
            _fivetran_synced timestamp""",
        "order_line": """order_id bigint, id bigint, product_id bigint, variant_id bigint,
            name varchar, title varchar, vendor varchar, price double, quantity bigint,
            grams double, sku varchar, fulfillment_service varchar, gift_card boolean,
            taxable boolean, index bigint, total_discount double, pre_tax_price double,
            _fivetran_synced timestamp""",
        "customer": """id bigint, first_name varchar, last_name varchar, email varchar,
            phone varchar, state varchar, orders_count bigint, total_spent double,
            created_at timestamp, updated_at timestamp, accepts_marketing boolean,
            tax_exempt boolean, verified_email boolean, default_address_id bigint,
            _fivetran_synced timestamp""",
        "product": """id bigint, title varchar, handle varchar, product_type varchar,
            vendor varchar, created_at timestamp, updated_at timestamp, published_at timestamp,
            published_scope varchar, _fivetran_synced timestamp""",
    },
    "shopify_stitch": {
        "orders": """id bigint, email varchar, currency varchar, subtotal_price double,
            total_tax double, total_price double, created_at timestamp, processed_at timestamp,
            customer__id bigint, customer__email varchar, financial_status varchar,
            cancelled_at timestamp, total_discounts double, total_line_items_price double,
            source_name varchar, location_id bigint, _sdc_batched_at timestamp""",
        "orders__line_items": """_sdc_source_key_id bigint, id bigint, product_id bigint,
            variant_id bigint, title varchar, price double, quantity bigint, sku varchar,
            fulfillment_service varchar, taxable boolean""",
    },
    "shopify_graphql": {
        "order": """id bigint, email varchar, created_at timestamp, processed_at timestamp,
            cancelled_at timestamp, currency_code varchar, customer_id bigint,
            display_financial_status varchar, display_fulfillment_status varchar,
            location_id bigint, source_name varchar, subtotal_price_set_shop_amount double,
            subtotal_price_set_shop_currency_code varchar, total_discounts_set_shop_amount double,
            total_price_set_shop_amount double, total_shipping_price_set_shop_amount double,
            total_tax_set_shop_amount double, test boolean""",
        "order_line": """id bigint, order_id bigint, product_id bigint, variant_id bigint,
            name varchar, quantity bigint, original_total_set_shop_amount double,
            total_discount_set_shop_amount double, sku varchar, vendor varchar""",
    },
    "stripe": {
        "charge": """id varchar, amount bigint, amount_refunded bigint, application varchar,
            balance_transaction_id varchar, captured boolean, card_id varchar, created timestamp,
            currency varchar, customer_id varchar, description varchar, failure_code varchar,
            invoice_id varchar, livemode boolean, metadata varchar, paid boolean,
            payment_intent_id varchar, receipt_email varchar, refunded boolean, status varchar""",
        "customer": """id varchar, account_balance bigint, address_city varchar,
            address_country varchar, address_line_1 varchar, address_postal_code varchar,
            address_state varchar, balance bigint, created timestamp, currency varchar,
            delinquent boolean, email varchar, invoice_prefix varchar, is_deleted boolean,
            livemode boolean, name varchar, phone varchar, tax_exempt varchar""",
        "product": """id varchar, active boolean, created timestamp, description varchar,
            livemode boolean, name varchar, shippable boolean, statement_descriptor varchar,
            type varchar, unit_label varchar, updated timestamp, url varchar""",
    },
    "stripe_api": {
        "charges": """id varchar, object varchar, amount bigint, amount_refunded bigint,
            balance_transaction varchar, captured boolean, created bigint, currency varchar,
            customer varchar, invoice varchar, livemode boolean, paid boolean,
            payment_intent varchar, receipt_email varchar, refunded boolean, status varchar""",
    },
    "hubspot": {
        "contact": """id bigint, property_email varchar, property_firstname varchar,
            property_lastname varchar, property_phone varchar, property_company varchar,
            property_createdate timestamp, property_lastmodifieddate timestamp,
            property_city varchar, property_zip varchar, property_country varchar,
            property_annualrevenue varchar, _fivetran_deleted boolean""",
        "deal": """deal_id bigint, is_deleted boolean, deal_pipeline_id varchar,
            deal_pipeline_stage_id varchar, owner_id bigint, portal_id bigint,
            property_dealname varchar, property_amount double, property_closedate timestamp,
            property_createdate timestamp""",
        "deal_contact": "contact_id bigint, deal_id bigint, type_id bigint, category varchar",
        "email_event": """id varchar, app_id bigint, caused_by_id varchar, created timestamp,
            email_campaign_id bigint, obsoleted_by_id varchar, portal_id bigint,
            sent_by_id varchar, type varchar, filtered_event boolean, recipient varchar""",
    },
    "klaviyo": {
        "person": """id varchar, updated timestamp, created timestamp, first_name varchar,
            last_name varchar, address_1 varchar, address_2 varchar, title varchar,
            timezone varchar, organization varchar, region varchar, longitude double,
            latitude double, phone_number varchar, country varchar, zip varchar, city varchar,
            email varchar, custom_source varchar""",
        "event": """id varchar, person_id varchar, campaign_id varchar, flow_id varchar,
            flow_message_id varchar, uuid varchar, datetime timestamp, metric_id varchar,
            type varchar, _variation varchar, property_value varchar""",
        "metric": """id varchar, name varchar, integration_id varchar, created timestamp,
            updated timestamp, integration_category varchar, integration_name varchar""",
    },
    "segment": {
        "pages": """id varchar, anonymous_id varchar, user_id varchar, received_at timestamp,
            sent_at timestamp, "timestamp" timestamp, original_timestamp timestamp,
            uuid_ts timestamp, name varchar, path varchar, referrer varchar, search varchar,
            title varchar, url varchar, context_ip varchar, context_library_name varchar,
            context_library_version varchar, context_locale varchar, context_page_url varchar,
            context_page_referrer varchar, context_campaign_source varchar,
            context_campaign_medium varchar, context_campaign_name varchar,
            context_user_agent varchar""",
        "tracks": """id varchar, anonymous_id varchar, user_id varchar, event varchar,
            event_text varchar, received_at timestamp, sent_at timestamp, "timestamp" timestamp,
            original_timestamp timestamp, uuid_ts timestamp, context_ip varchar,
            context_library_name varchar, context_page_url varchar, context_page_referrer varchar,
            context_campaign_source varchar, context_campaign_medium varchar,
            context_campaign_name varchar, context_user_agent varchar""",
        "identifies": """id varchar, anonymous_id varchar, user_id varchar, email varchar,
            received_at timestamp, sent_at timestamp, "timestamp" timestamp,
            original_timestamp timestamp, context_library_name varchar""",
    },
    "rudderstack": {
        "pages": """id varchar, anonymous_id varchar, user_id varchar, channel varchar,
            name varchar, url varchar, referrer varchar, path varchar, received_at timestamp,
            sent_at timestamp, "timestamp" timestamp, original_timestamp timestamp,
            uuid_ts timestamp, context_destination_id varchar, context_source_id varchar,
            context_session_id bigint, context_library_name varchar, context_page_url varchar,
            context_campaign_source varchar, context_campaign_medium varchar,
            context_campaign_name varchar, context_user_agent varchar""",
        "tracks": """id varchar, anonymous_id varchar, user_id varchar, channel varchar,
            event varchar, event_text varchar, received_at timestamp, sent_at timestamp,
            "timestamp" timestamp, original_timestamp timestamp, uuid_ts timestamp,
            context_destination_id varchar, context_source_id varchar, context_session_id bigint,
            context_library_name varchar, context_page_url varchar,
            context_page_referrer varchar, context_user_agent varchar""",
        "identifies": """id varchar, anonymous_id varchar, user_id varchar, channel varchar,
            email varchar, received_at timestamp, sent_at timestamp, "timestamp" timestamp,
            original_timestamp timestamp, context_destination_id varchar,
            context_library_name varchar""",
    },
    "snowplow": {
        "events": """app_id varchar, platform varchar, etl_tstamp timestamp,
            collector_tstamp timestamp, dvce_created_tstamp timestamp, event varchar,
            event_id varchar, name_tracker varchar, v_tracker varchar, user_id varchar,
            user_ipaddress varchar, domain_userid varchar, domain_sessionidx bigint,
            network_userid varchar, geo_country varchar, geo_region varchar, geo_city varchar,
            geo_region_name varchar, page_url varchar, page_title varchar, page_referrer varchar,
            mkt_medium varchar, mkt_source varchar, mkt_term varchar, mkt_campaign varchar,
            se_category varchar, se_action varchar, se_label varchar, tr_orderid varchar,
            useragent varchar, br_viewheight bigint, dvce_type varchar, doc_height bigint,
            domain_sessionid varchar, derived_tstamp timestamp, event_vendor varchar,
            event_name varchar""",
    },
    "ga4": {
        "events_20240101": """event_date varchar, event_timestamp bigint, event_name varchar,
            event_params struct(key varchar, value struct(string_value varchar,
                int_value bigint, float_value double, double_value double))[],
            event_bundle_sequence_id bigint, user_id varchar, user_pseudo_id varchar,
            device struct(category varchar, mobile_brand_name varchar, "language" varchar),
            geo struct(continent varchar, country varchar, region varchar, city varchar),
            traffic_source struct(name varchar, medium varchar, source varchar),
            stream_id varchar, platform varchar""",
        "events_20240102": """event_date varchar, event_timestamp bigint, event_name varchar,
            event_params struct(key varchar, value struct(string_value varchar,
                int_value bigint, float_value double, double_value double))[],
            event_bundle_sequence_id bigint, user_id varchar, user_pseudo_id varchar,
            device struct(category varchar, mobile_brand_name varchar, "language" varchar),
            geo struct(continent varchar, country varchar, region varchar, city varchar),
            traffic_source struct(name varchar, medium varchar, source varchar),
            stream_id varchar, platform varchar""",
    },
}

# schema of PRESETS -> the title of its preset and the inputs that it has to fill.
RECOGNISED: dict[str, tuple[str, set[str]]] = {
    "shopify": ("Shopify", {"orders", "order_items", "customers", "products"}),
    "shopify_stitch": ("Shopify", {"orders", "order_items"}),
    "shopify_graphql": ("Shopify", {"orders", "order_items"}),
    "stripe": ("Stripe", {"orders", "customers", "products"}),
    "stripe_api": ("Stripe", {"orders"}),
    "hubspot": ("HubSpot", {"orders", "customers", "messages"}),
    "klaviyo": ("Klaviyo", {"customers", "messages"}),
    "segment": ("Segment", {"web_events", "identifiers"}),
    "rudderstack": ("RudderStack", {"web_events", "identifiers"}),
    "snowplow": ("Snowplow", {"web_events"}),
    "ga4": ("Google Analytics 4", {"web_events"}),
}

# The tables of two shop systems that are neither presets nor were looked at when the matching was
# tuned: a figure of what to expect elsewhere. Names and types as installed; no rows.
HELD_OUT: dict[str, dict[str, str]] = {
    "magento": {
        "sales_order": """entity_id bigint, state varchar, status varchar, coupon_code varchar,
            protect_code varchar, shipping_description varchar, is_virtual bigint,
            store_id bigint, customer_id bigint, base_discount_amount double,
            base_grand_total double, base_shipping_amount double, base_subtotal double,
            base_tax_amount double, discount_amount double, grand_total double,
            shipping_amount double, subtotal double, tax_amount double, total_refunded double,
            total_qty_ordered double, customer_is_guest bigint, customer_group_id bigint,
            quote_id bigint, increment_id varchar, base_currency_code varchar,
            customer_email varchar, customer_firstname varchar, customer_lastname varchar,
            order_currency_code varchar, store_currency_code varchar, remote_ip varchar,
            created_at timestamp, updated_at timestamp, total_item_count bigint""",
        "sales_order_item": """item_id bigint, order_id bigint, parent_item_id bigint,
            quote_item_id bigint, store_id bigint, created_at timestamp, updated_at timestamp,
            product_id bigint, product_type varchar, product_options varchar, weight double,
            sku varchar, name varchar, qty_ordered double, qty_refunded double, price double,
            base_price double, original_price double, tax_percent double, tax_amount double,
            discount_percent double, discount_amount double, row_total double,
            base_row_total double, base_cost double""",
        "customer_entity": """entity_id bigint, website_id bigint, email varchar,
            group_id bigint, increment_id varchar, store_id bigint, created_at timestamp,
            updated_at timestamp, is_active bigint, created_in varchar, prefix varchar,
            firstname varchar, middlename varchar, lastname varchar, suffix varchar, dob date,
            password_hash varchar, rp_token varchar, default_billing bigint, gender bigint""",
        "catalog_product_flat_1": """entity_id bigint, attribute_set_id bigint, type_id varchar,
            sku varchar, name varchar, price double, special_price double,
            short_description varchar, created_at timestamp, updated_at timestamp,
            url_key varchar""",
    },
    "prestashop": {
        "ps_orders": """id_order bigint, reference varchar, id_shop_group bigint,
            id_shop bigint, id_carrier bigint, id_lang bigint, id_customer bigint,
            id_cart bigint, id_currency bigint, id_address_delivery bigint,
            id_address_invoice bigint, current_state bigint, secure_key varchar,
            payment varchar, conversion_rate double, module varchar, recyclable bigint,
            gift bigint, total_discounts double, total_discounts_tax_incl double,
            total_discounts_tax_excl double, total_paid double, total_paid_tax_incl double,
            total_paid_tax_excl double, total_paid_real double, total_products double,
            total_products_wt double, total_shipping double, total_shipping_tax_incl double,
            invoice_number bigint, delivery_number bigint, invoice_date timestamp,
            delivery_date timestamp, valid bigint, date_add timestamp, date_upd timestamp""",
        "ps_order_detail": """id_order_detail bigint, id_order bigint, id_order_invoice bigint,
            id_warehouse bigint, id_shop bigint, product_id bigint, product_attribute_id bigint,
            product_name varchar, product_quantity bigint, product_quantity_in_stock bigint,
            product_quantity_return bigint, product_quantity_refunded bigint,
            product_price double, reduction_percent double, group_reduction double,
            product_ean13 varchar, product_reference varchar, total_price_tax_incl double,
            total_price_tax_excl double, unit_price_tax_incl double, unit_price_tax_excl double,
            purchase_supplier_price double, original_product_price double""",
        "ps_customer": """id_customer bigint, id_shop_group bigint, id_shop bigint,
            id_gender bigint, id_default_group bigint, id_lang bigint, id_risk bigint,
            company varchar, siret varchar, firstname varchar, lastname varchar, email varchar,
            passwd varchar, birthday date, newsletter bigint, newsletter_date_add timestamp,
            optin bigint, website varchar, secure_key varchar, note varchar, active bigint,
            is_guest bigint, deleted bigint, date_add timestamp, date_upd timestamp""",
    },
}

HELD_OUT_TRUTH: dict[str, dict[str, tuple[str, dict[str, str]]]] = {
    "magento": {
        "orders": (
            "sales_order",
            {
                "order_id": "entity_id",
                "ordered_at": "created_at",
                "net_amount": "grand_total",
                "customer_id": "customer_id",
                "email": "customer_email",
                "status": "status",
                "currency": "order_currency_code",
                "discount_amount": "discount_amount",
                "tax_amount": "tax_amount",
                "shipping_amount": "shipping_amount",
                "refund_amount": "total_refunded",
                "store_id": "store_id",
                "coupon_code": "coupon_code",
            },
        ),
        "order_items": (
            "sales_order_item",
            {
                "order_id": "order_id",
                "line_id": "item_id",
                "product_id": "product_id",
                "quantity": "qty_ordered",
                "net_amount": "row_total",
                "cost_amount": "base_cost",
            },
        ),
        "customers": (
            "customer_entity",
            {
                "customer_id": "entity_id",
                "email": "email",
                "first_name": "firstname",
                "last_name": "lastname",
                "birth_date": "dob",
                "gender": "gender",
                "created_at": "created_at",
                "updated_at": "updated_at",
            },
        ),
        "products": (
            "catalog_product_flat_1",
            {"product_id": "entity_id", "name": "name", "list_price": "price"},
        ),
    },
    "prestashop": {
        "orders": (
            "ps_orders",
            {
                "order_id": "id_order",
                "ordered_at": "date_add",
                "net_amount": "total_products",
                "customer_id": "id_customer",
                "status": "current_state",
                "discount_amount": "total_discounts",
                "shipping_amount": "total_shipping",
                "store_id": "id_shop",
            },
        ),
        "order_items": (
            "ps_order_detail",
            {
                "order_id": "id_order",
                "line_id": "id_order_detail",
                "product_id": "product_id",
                "quantity": "product_quantity",
                "net_amount": "total_price_tax_excl",
            },
        ),
        "customers": (
            "ps_customer",
            {
                "customer_id": "id_customer",
                "email": "email",
                "first_name": "firstname",
                "last_name": "lastname",
                "birth_date": "birthday",
                "gender": "id_gender",
                "created_at": "date_add",
                "updated_at": "date_upd",
            },
        ),
    },
}
