{#- column -> {type, default}: what the feature catalog says of a feature, and what holds where its row
    says nothing. -#}
{% macro feature_catalog_columns() %}
    {%- set text = dbt.type_string() -%}
    {%- set number = covey.type_double() -%}
    {%- set columns = {
        'feature_group': {'type': text},
        'definition': {'type': text},
        'unit': {'type': text},
        'source_inputs': {'type': text},
        'feature_window': {'type': text},
        'transform': {'type': text, 'default': "'identity'"},
        'category_order': {'type': text},
        'missing_rule': {'type': text, 'default': "'median'"},
        'missing_group': {'type': text},
        'outlier_rule': {'type': text, 'default': "'quantile'"},
        'outlier_bound': {'type': number},
        'outlier_action': {'type': text, 'default': "'winsorise'"},
        'clip_lower_quantile': {'type': number, 'default': 0.01},
        'clip_upper_quantile': {'type': number, 'default': 0.99},
        'weight': {'type': number, 'default': 1},
        'is_protected': {'type': dbt.type_boolean(), 'default': 'false'},
        'segmentations': {'type': text},
    } -%}
    {%- for column in columns.values() -%}
        {%- do column.update({
            'default': 'cast(' ~ column.get('default', 'null') ~ ' as ' ~ column.type ~ ')'
        }) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
