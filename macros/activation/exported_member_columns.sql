{#- The columns of int_exported_members that a run remembers, in their order, with their types. -#}
{% macro exported_member_columns() %}
    {{ return({
        'destination_id': dbt.type_string(),
        'audience_id': dbt.type_string(),
        'customer_key': dbt.type_string(),
        'outcome': dbt.type_string(),
        'attributes_hash': dbt.type_string(),
        'email_hash': dbt.type_string(),
        'phone_hash': dbt.type_string(),
        'first_export_number': dbt.type_bigint(),
        'last_export_number': dbt.type_bigint(),
    }) }}
{% endmacro %}
