{#- The vars that covey declares in its own dbt_project.yml, with their defaults. -#}
{% macro declared_vars() %}
    {{ return((var.packages_for_node() | list)[0].vars.to_dict().covey) }}
{% endmacro %}
