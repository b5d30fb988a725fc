{#- Shopify, as Fivetran (REST and GraphQL versions), Stitch and Airbyte load it. -#}
{% macro preset_shopify() %}
    {%- set preset -%}
title: Shopify
source_system: shopify
tables:
  - input: orders
    names: [order, orders]
    signature: [id, financial_status, subtotal_price, total_discounts]
    columns:
      order_id: id
      ordered_at: [processed_at, created_at]
      net_amount: subtotal_price
      gross_amount: total_line_items_price
      discount_amount: total_discounts
      tax_amount: total_tax
      currency: currency
      status: case when cancelled_at is not null then 'cancelled' else financial_status end
      channel: case when source_name = 'pos' then 'store' else 'web' end
      store_id: location_id
      customer_id: [customer_id, customer__id]
      email: email
      source_system: "'shopify'"
  - input: orders
    names: [order]
    signature: [id, display_financial_status, subtotal_price_set_shop_amount]
    variant: true
    columns:
      order_id: id
      ordered_at: [processed_at, created_at]
      net_amount: subtotal_price_set_shop_amount
      discount_amount: total_discounts_set_shop_amount
      tax_amount: total_tax_set_shop_amount
      shipping_amount: total_shipping_price_set_shop_amount
      currency: subtotal_price_set_shop_currency_code
      status: case when cancelled_at is not null then 'cancelled' else display_financial_status end
      channel: case when source_name = 'pos' then 'store' else 'web' end
      store_id: location_id
      customer_id: customer_id
      email: email
      source_system: "'shopify'"
  - input: order_items
    names: [order_line]
    signature: [id, order_id, variant_id, quantity, price, total_discount]
    columns:
      order_id: order_id
      line_id: id
      product_id: product_id
      quantity: quantity
      net_amount: price * quantity - coalesce(total_discount, 0)
  - input: order_items
    names: [order_line]
    signature: [id, order_id, variant_id, quantity, original_total_set_shop_amount]
    variant: true
    columns:
      order_id: order_id
      line_id: id
      product_id: product_id
      quantity: quantity
      net_amount: original_total_set_shop_amount - coalesce(total_discount_set_shop_amount, 0)
  - input: order_items
    names: [orders__line_items]
    signature: [id, _sdc_source_key_id, variant_id, quantity, price]
    variant: true
    columns:
      order_id: _sdc_source_key_id
      line_id: id
      product_id: product_id
      quantity: quantity
      net_amount: price * quantity
  - input: customers
    names: [customer, customers]
    signature: [id, first_name, verified_email, tax_exempt]
    columns:
      customer_id: id
      source_system: "'shopify'"
      email: email
      phone: phone
      first_name: first_name
      last_name: last_name
      city: default_address__city
      region: default_address__province
      postal_code: default_address__zip
      country: [default_address__country_code, default_address__country]
      created_at: created_at
      updated_at: updated_at
  - input: products
    names: [product, products]
    signature: [id, title, handle, product_type, vendor]
    columns:
      product_id: id
      name: title
      brand: vendor
      category_l1: product_type
      tags: tags
    {%- endset -%}
    {{ return(fromyaml(preset)) }}
{% endmacro %}
