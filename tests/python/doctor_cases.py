"""Three made-up warehouses that no preset knows, and the mapping that a person would write for them.

They were written down before the matching was tuned. `TRUTH[schema][input]` is the table and, for each
canonical column that the table can fill, the source column.
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
            select i as option_id, 'option_' || i as option_name, 'x' as option_value, 'yes' as autoload
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
