{#- The BigQuery export of Google Analytics 4: one table a day, parameters as key-value lists. -#}
{% macro preset_ga4() %}
    {%- set preset -%}
title: Google Analytics 4
tables:
  - input: web_events
    names: ['events_*']
    shards: '^events_(intraday_)?[0-9]+$'
    signature: [event_timestamp, event_name, event_params, user_pseudo_id]
    columns:
      event_id: >-
        user_pseudo_id || '.' || cast(event_timestamp as {{ dbt.type_string() }}) || '.' || event_name
        || '.' || coalesce(cast(event_bundle_sequence_id as {{ dbt.type_string() }}), '')
      occurred_at: {{ covey.epoch_to_timestamp('event_timestamp', 1000000) }}
      event_name: event_name
      anonymous_id: user_pseudo_id
      user_id: user_id
      session_id: >-
        user_pseudo_id || '.' || cast({{ covey.ga4_parameter('ga_session_id', 'int_value') }}
        as {{ dbt.type_string() }})
      page_url: "{{ covey.ga4_parameter('page_location') }}"
      referrer: "{{ covey.ga4_parameter('page_referrer') }}"
      utm_source: traffic_source.source
      utm_medium: traffic_source.medium
      utm_campaign: traffic_source.name
      device_type: device.category
      country: geo.country
      region: geo.region
      city: geo.city
      search_term: "{{ covey.ga4_parameter('search_term') }}"
    {%- endset -%}
    {{ return(fromyaml(preset)) }}
{% endmacro %}
