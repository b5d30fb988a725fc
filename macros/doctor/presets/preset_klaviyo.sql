{#- Klaviyo, as Fivetran loads it: events name their metric and person by id. -#}
{% macro preset_klaviyo() %}
    {%- set preset -%}
title: Klaviyo
source_system: klaviyo
tables:
  - input: customers
    names: [person]
    signature: [id, email, phone_number, organization, zip]
    columns:
      customer_id: id
      source_system: "'klaviyo'"
      email: email
      phone: phone_number
      first_name: first_name
      last_name: last_name
      address: address_1
      city: city
      region: region
      postal_code: zip
      country: country
      latitude: latitude
      longitude: longitude
      created_at: created
      updated_at: updated
  - input: messages
    names: [event]
    signature: [id, metric_id, person_id, datetime]
    joins:
      metric: [id, name, integration_id]
      person: [id, email, phone_number, organization, zip]
    adds: [metric_name, person_email]
    relation: |
      (
          select events.*, metrics.name as metric_name, people.email as person_email
          from {this} as events
          inner join {metric} as metrics
              on events.metric_id = metrics.id
          left join {person} as people
              on events.person_id = people.id
          where metrics.name in (
              'Received Email', 'Opened Email', 'Clicked Email', 'Bounced Email', 'Unsubscribed',
              'Marked Email as Spam', 'Received SMS', 'Clicked SMS', 'Unsubscribed from SMS'
          )
      )
    columns:
      event_id: id
      occurred_at: datetime
      channel: case when metric_name like '%SMS%' then 'sms' else 'email' end
      event_type: >-
        case when metric_name like 'Received%' then 'delivered'
        when metric_name like 'Opened%' then 'open'
        when metric_name like 'Clicked%' then 'click'
        when metric_name like 'Bounced%' then 'bounce'
        when metric_name like 'Marked%' then 'complaint' else 'unsubscribe' end
      email: person_email
      campaign_id: coalesce(campaign_id, flow_id)
      message_id: coalesce(campaign_id, flow_message_id) || '.' || person_id
    {%- endset -%}
    {{ return(fromyaml(preset)) }}
{% endmacro %}
