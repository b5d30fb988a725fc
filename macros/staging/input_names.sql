{#- The fourteen inputs. -#}
{% macro input_names() %}
    {{ return([
        'customers', 'orders', 'order_items', 'products', 'web_events', 'messages',
        'offline_events', 'survey_responses', 'enrichment', 'consents', 'erasure_requests',
        'experiment_exposures', 'identifiers', 'exchange_rates'
    ]) }}
{% endmacro %}
