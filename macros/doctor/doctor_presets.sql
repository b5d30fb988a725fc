{#- The presets in the order of preference: where two fill one input, the first is proposed. -#}
{% macro doctor_presets() %}
    {{ return([
        covey.preset_shopify(), covey.preset_stripe(), covey.preset_hubspot(),
        covey.preset_klaviyo(), covey.preset_rudderstack(), covey.preset_segment(),
        covey.preset_snowplow(), covey.preset_ga4()
    ]) }}
{% endmacro %}
