{#- HubSpot, as Fivetran loads it (property_), and Airbyte (properties_) for contacts. -#}
{% macro preset_hubspot() %}
    {%- set preset -%}
title: HubSpot
source_system: hubspot
tables:
  - input: customers
    names: [contact]
    signature: [id, property_email, property_createdate]
    columns:
      customer_id: id
      source_system: "'hubspot'"
      email: property_email
      phone: [property_phone, property_mobilephone]
      first_name: property_firstname
      last_name: property_lastname
      birth_date: property_date_of_birth
      gender: property_gender
      address: property_address
      city: property_city
      region: property_state
      postal_code: property_zip
      country: property_country
      language: property_hs_language
      acquisition_channel: property_hs_analytics_source
      created_at: property_createdate
      updated_at: property_lastmodifieddate
  - input: customers
    names: [contacts]
    signature: [id, properties_email, properties_createdate]
    variant: true
    columns:
      customer_id: id
      source_system: "'hubspot'"
      email: properties_email
      phone: [properties_phone, properties_mobilephone]
      first_name: properties_firstname
      last_name: properties_lastname
      city: properties_city
      region: properties_state
      postal_code: properties_zip
      country: properties_country
      created_at: properties_createdate
      updated_at: properties_lastmodifieddate
  - input: orders
    names: [deal]
    note: A won deal is an order of its first contact. Put your own won stages in the list.
    signature: [deal_id, deal_pipeline_stage_id, property_amount, property_closedate]
    joins:
      deal_contact: [deal_id, contact_id]
    adds: [first_contact_id]
    relation: |
      (
          select deals.*, contacts_of_deals.first_contact_id
          from {this} as deals
          left join (
              select deal_id, min(contact_id) as first_contact_id
              from {deal_contact}
              group by deal_id
          ) as contacts_of_deals
              on deals.deal_id = contacts_of_deals.deal_id
      )
    columns:
      order_id: deal_id
      ordered_at: property_closedate
      net_amount: property_amount
      currency: property_deal_currency_code
      status: case when deal_pipeline_stage_id in ('closedwon') then 'completed' else 'cancelled' end
      customer_id: first_contact_id
      source_system: "'hubspot'"
  - input: messages
    names: [email_event]
    signature: [id, created, type, recipient, email_campaign_id]
    columns:
      event_id: id
      occurred_at: created
      channel: "'email'"
      event_type: >-
        case type when 'SPAMREPORT' then 'complaint' when 'STATUSCHANGE' then 'unsubscribe'
        else lower(type) end
      email: recipient
      campaign_id: email_campaign_id
      message_id: coalesce(sent_by_id, id)
    {%- endset -%}
    {{ return(fromyaml(preset)) }}
{% endmacro %}
