{#- What stands in the way of covey_publish_path. -#}
{% macro publishing_problems() %}
    {{ return([
        'covey_publish_path needs DuckDB and plugins: [{module: covey.plugin}] in the profile.'
    ] if var('covey_publish_path') and not covey.has_key_function() else []) }}
{% endmacro %}
