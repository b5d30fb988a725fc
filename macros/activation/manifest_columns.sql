{#- The columns of a manifest that a run remembers, in their order, with their types. -#}
{% macro manifest_columns() %}
    {%- set columns = {} -%}
    {%- for name in [
        'export_id', 'destination_id', 'vendor', 'format', 'channel', 'purpose', 'model_id',
        'consent_bases', 'checksum'
    ] -%}
        {%- do columns.update({name: dbt.type_string()}) -%}
    {%- endfor -%}
    {%- for name in [
        'export_number', 'member_count', 'sent_count', 'sent_customer_count', 'sent_holdout_count',
        'held_out_count', 'no_identifier_count', 'over_limit_count', 'suppressed_count'
    ] -%}
        {%- do columns.update({name: dbt.type_bigint()}) -%}
    {%- endfor -%}
    {%- do columns.update({'as_of_date': 'date'}) -%}
    {{ return(columns) }}
{% endmacro %}
