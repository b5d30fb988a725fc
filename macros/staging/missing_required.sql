{#- The `when` branches that quarantine a row whose required columns are missing or unusable. -#}
{% macro missing_required() %}
    {%- for name, column in model.columns.items() if column.config.meta.get('contract') == 'required' %}
            {%- if column.data_type != 'varchar' %}
            when unparsable_columns like '%{{ name }} %' then '{{ name }} does not parse'
            {%- endif %}
            when {{ name }} is null then '{{ name }} is missing'
            {%- if column.data_type == 'double' %}
            when not {{ covey.is_finite(name) }} then '{{ name }} is not a finite number'
            {%- endif %}
    {%- endfor %}
{% endmacro %}
