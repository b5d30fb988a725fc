{#- The attributes of a customer that CRM records can disagree on, as a list. -#}
{% macro customer_attributes() %}
    {{ return([
        'email', 'phone', 'first_name', 'last_name', 'gender', 'marital_status', 'address', 'city',
        'region', 'postal_code', 'country', 'language', 'loyalty_number', 'acquisition_channel',
        'extra_attributes', 'income', 'household_size', 'latitude', 'longitude', 'birth_date',
    ]) }}
{% endmacro %}
