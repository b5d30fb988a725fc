{#- Snowplow's atomic.events. -#}
{% macro preset_snowplow() %}
    {%- set preset -%}
title: Snowplow
tables:
  - input: web_events
    names: [events]
    signature: [event_id, collector_tstamp, domain_userid, event_vendor]
    columns:
      event_id: event_id
      occurred_at: [derived_tstamp, dvce_created_tstamp, collector_tstamp]
      event_name: ["case when event = 'struct' then se_action else event_name end", event_name]
      anonymous_id: domain_userid
      user_id: user_id
      received_at: collector_tstamp
      session_id: domain_sessionid
      page_url: page_url
      referrer: page_referrer
      utm_source: mkt_source
      utm_medium: mkt_medium
      utm_campaign: mkt_campaign
      device_type: dvce_type
      user_agent: useragent
      country: geo_country
      region: [geo_region_name, geo_region]
      city: geo_city
    {%- endset -%}
    {{ return(fromyaml(preset)) }}
{% endmacro %}
