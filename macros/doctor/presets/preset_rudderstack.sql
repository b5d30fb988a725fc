{#- RudderStack's warehouse tables: Segment's, with a channel, a destination and its own sessions. -#}
{% macro preset_rudderstack() %}
    {%- set preset -%}
title: RudderStack
tables:
  - input: web_events
    names: [pages]
    signature: [id, anonymous_id, url, channel, context_destination_id, received_at]
    columns:
      event_id: id
      occurred_at: [timestamp, original_timestamp]
      event_name: "'page_view'"
      anonymous_id: anonymous_id
      user_id: user_id
      received_at: received_at
      session_id: context_session_id
      page_url: [url, context_page_url]
      referrer: [referrer, context_page_referrer]
      utm_source: context_campaign_source
      utm_medium: context_campaign_medium
      utm_campaign: context_campaign_name
      user_agent: context_user_agent
  - input: web_events
    names: [tracks]
    signature: [id, anonymous_id, event, event_text, channel, context_destination_id]
    columns:
      event_id: id
      occurred_at: [timestamp, original_timestamp]
      event_name: event
      anonymous_id: anonymous_id
      user_id: user_id
      received_at: received_at
      session_id: context_session_id
      page_url: context_page_url
      referrer: context_page_referrer
      utm_source: context_campaign_source
      utm_medium: context_campaign_medium
      utm_campaign: context_campaign_name
      user_agent: context_user_agent
  - input: identifiers
    names: [identifies]
    signature: [id, anonymous_id, user_id, channel, context_destination_id, received_at]
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
