{#- Stripe, as Fivetran loads it and as the names of its API (Airbyte, Stitch, Stripe's own pipeline). -#}
{% macro preset_stripe() %}
    {%- set preset -%}
title: Stripe
source_system: stripe
tables:
  - input: orders
    names: [charge, charges]
    note: Stripe counts in the smallest unit; a currency without decimals (JPY) must not be divided.
    signature: [id, amount, amount_refunded, captured, receipt_email]
    columns:
      order_id: id
      ordered_at: created
      net_amount: amount / 100.0
      refund_amount: amount_refunded / 100.0
      currency: currency
      status: case when status = 'succeeded' then 'completed' else 'cancelled' end
      customer_id: [customer_id, customer]
      email: receipt_email
      source_system: "'stripe'"
  - input: customers
    names: [customer, customers]
    signature: [id, created, delinquent, invoice_prefix]
    columns:
      customer_id: id
      source_system: "'stripe'"
      email: email
      phone: phone
      last_name: name
      address: [address_line_1, shipping_address_line_1]
      city: [address_city, shipping_address_city]
      region: [address_state, shipping_address_state]
      postal_code: [address_postal_code, shipping_address_postal_code]
      country: [address_country, shipping_address_country]
      created_at: created
  - input: products
    names: [product, products]
    signature: [id, name, livemode, unit_label, statement_descriptor]
    columns:
      product_id: id
      name: name
    {%- endset -%}
    {{ return(fromyaml(preset)) }}
{% endmacro %}
