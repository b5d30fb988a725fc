{#- Segment's warehouse tables: pages and tracks are one stream, identifies ties devices to logins. -#}
{% macro preset_segment() %}
    {%- set preset -%}
title: Segment
tables:
  - input: web_events
    names: [pages]
    signature: [id, anonymous_id, url, context_library_name, received_at]
    columns:
      event_id: id
      occurred_at: [timestamp, original_timestamp]
      event_name: "'page_view'"
      anonymous_id: anonymous_id
      user_id: user_id
      received_at: received_at
      page_url: [url, context_page_url]
      referrer: [referrer, context_page_referrer]
      utm_source: context_campaign_source
      utm_medium: context_campaign_medium
      utm_campaign: context_campaign_name
      user_agent: context_user_agent
  - input: web_events
    names: [tracks]
    signature: [id, anonymous_id, event, event_text, context_library_name]
    columns:
      event_id: id
      occurred_at: [timestamp, original_timestamp]
      event_name: event
      anonymous_id: anonymous_id
      user_id: user_id
      received_at: received_at
      page_url: context_page_url
      referrer: context_page_referrer
      utm_source: context_campaign_source
      utm_medium: context_campaign_medium
      utm_campaign: context_campaign_name
      user_agent: context_user_agent
  - input: identifiers
    names: [identifies]
    signature: [id, anonymous_id, user_id, context_library_name, received_at]
    without: [url, event]
    relation: |
      (
          select *
          from {this}
          where anonymous_id is not null and user_id is not null
      )
    columns:
      id_type_a: "'anonymous_id'"
      id_a: anonymous_id
      id_type_b: "'user_id'"
      id_b: user_id
      seen_at: [timestamp, original_timestamp, received_at]
    {%- endset -%}
    {{ return(fromyaml(preset)) }}
{% endmacro %}
